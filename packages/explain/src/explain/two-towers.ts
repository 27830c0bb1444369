/** Files with two towers (CLIP, SigLIP): pictures on one side, prompts on the other, and logits that compare them. */
import { HeadlightError } from '../errors'
import type { Graph, ValueInfo } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { followProduct, type TowerProduct } from './tower-product'

/** The inputs of the two towers. */
export interface TowerInputs {
  picture: ValueInfo
  /** Token numbers, and what goes with them. */
  texts: ValueInfo[]
}

/** Where the graph is cut: what one side computes alone, and what the file makes of both. */
export interface TwoTowers extends TowerInputs, TowerProduct {}

const WHOLE = new Set(['int64', 'int32', 'bool'])

/** One picture and whole numbers `[prompts, tokens]` beside it; null for any other inputs. */
export function findTowerInputs({ inputs }: Graph): TowerInputs | null {
  const pictures = inputs.filter(({ type, dims }) => dims.length === 4 && (type === 'float32' || type === 'float16'))
  const texts = inputs.filter(({ type, dims }) => dims.length === 2 && WHOLE.has(type))
  const [picture] = pictures
  if (!picture || pictures.length > 1 || texts.length === 0 || texts.length + 1 < inputs.length) return null
  return { picture, texts }
}

/**
 * Finds the cut by what depends on which input. Throws 'unsupported-model' where nothing depends on both, or where more than a
 * scale and a bias follows the product of the two towers.
 */
export function findTwoTowers(graph: Graph, inputs: TowerInputs): TwoTowers {
  const sides = sidesOf(graph, inputs)
  const both = graph.nodes.filter((node) => node.outputs.some((name) => sides.get(name) === BOTH))
  if (both.length === 0) {
    throw new HeadlightError(
      'unsupported-model',
      `The model has a tower for pictures and one for prompts (${named(inputs.texts)}), and none of its outputs compares the two; export the whole model, with its logits per image.`,
    )
  }
  return { ...inputs, ...followProduct(graph, both, (name) => sides.get(name) ?? 0) }
}

/** Leaves of the graph what one picture's vector needs, with this vector as the only output. */
export function keepPictureTower(graph: Graph, { picture, texts, features }: TwoTowers): void {
  graph.outputs = [{ name: features, type: 'unknown', dims: ['?', '?'] }]
  graph.prune()
  const read = new Set(graph.nodes.flatMap((node) => node.reads()))
  const needed = texts.filter(({ name }) => read.has(name))
  if (needed.length > 0) {
    throw new HeadlightError(
      'unsupported-model',
      `The vectors of pictures follow the shape of the prompts (${named(needed)}); export the model with a batch of its own for each input.`,
    )
  }
  graph.inputs = [picture]
}

/** What to do with a file of two towers where no classes were given. */
export const promptsAdvice = ({ texts }: TowerInputs) =>
  `The model compares pictures with prompts (input ${named(texts)}); give them with --prompts FILE, a CSV with the columns name and prompt.`

export const PICTURE = 1
export const TEXT = 2
export const BOTH = 3

/** Which inputs a value depends on, as bits. A node that reads a shape alone does not depend on the value. */
function sidesOf(graph: Graph, { picture, texts }: TowerInputs): Map<string, number> {
  const sides = new Map<string, number>([[picture.name, PICTURE], ...texts.map(({ name }) => [name, TEXT] as const)])
  for (const node of graph.nodes) {
    const side = ofNode(node)
    for (const name of node.outputs) if (name && side > 0) sides.set(name, side)
  }
  return sides

  function ofNode(node: GraphNode): number {
    if (node.op === 'Shape' || node.op === 'Size') return 0
    return node.reads().reduce((found, name) => found | (sides.get(name) ?? 0), 0)
  }
}

const named = (inputs: readonly ValueInfo[]) => inputs.map(({ name }) => `'${name}'`).join(', ')
