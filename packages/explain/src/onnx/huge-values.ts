/** Values that a small file can make huge, since the file chooses their shape. */
import { HeadlightError } from '../errors'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { elementCount } from './tensor'

/** 1 GiB of float32. No vision transformer has a constant of that size. */
export const MAX_ELEMENTS = 2 ** 28

/**
 * Refuses a graph that makes more than 1 GiB out of a few constants, before anything runs it. Only sizes that the file
 * states are looked at; those that it computes are the runtime's. Throws 'unsupported-model' with node and size.
 */
export function refuseHugeValues(graph: Graph): void {
  for (const node of graph.nodes) {
    const elements = statedElements(graph, node)
    if (elements === null || elements <= MAX_ELEMENTS) continue
    throw new HeadlightError(
      'unsupported-model',
      `The ${node.qualifiedOp} '${node.label}' makes a value of ${elements.toLocaleString('en')} elements; Headlight takes at most ${MAX_ELEMENTS.toLocaleString('en')} (1 GiB) for one value.`,
    )
  }
}

/** The smallest number of elements that a node makes, as far as constants tell it. */
function statedElements(graph: Graph, node: GraphNode): number | null {
  const numbers = (input: string | undefined): number[] | null => {
    const constant = input ? graph.constant(input) : undefined
    return constant ? Array.from(constant.data as ArrayLike<number | bigint>, Number) : null
  }
  const [first, second, third] = node.inputs
  if (node.op === 'ConstantOfShape') return product(numbers(first))
  if (node.op === 'Expand' || node.op === 'Tile') return product(numbers(second))
  if (node.op === 'Range') {
    const [[start] = [], [limit] = [], [delta] = []] = [
      numbers(first) ?? [],
      numbers(second) ?? [],
      numbers(third) ?? [],
    ]
    if (start === undefined || limit === undefined || !delta) return null
    return Math.max(0, Math.ceil((limit - start) / delta))
  }
  return null
}

const product = (dims: number[] | null): number | null => dims && elementCount(dims)
