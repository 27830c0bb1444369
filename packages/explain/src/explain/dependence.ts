/** Which values of a graph depend on which others. A node that only reads a value's shape does not depend on the value. */
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'

/** Whether a node reads values, and not only their shape. */
export const readsValues = ({ op }: GraphNode) => op !== 'Shape' && op !== 'Size'

/** Every value that depends on one of `start`, themselves included; nodes in `closed` are not passed. */
export function downstream(graph: Graph, start: Iterable<string>, closed?: ReadonlySet<GraphNode>): Set<string> {
  const reached = new Set(start)
  for (const node of graph.nodes) {
    if (closed?.has(node) || !readsValues(node) || !node.inputs.some((input) => reached.has(input))) continue
    for (const output of node.outputs) if (output) reached.add(output)
  }
  return reached
}

/** Every value that one of `start` depends on, themselves included; nodes in `closed` are not passed. */
export function upstream(
  producers: ReadonlyMap<string, GraphNode>,
  start: Iterable<string>,
  closed?: ReadonlySet<GraphNode>,
): Set<string> {
  const reached = new Set<string>()
  const open = [...start]
  while (open.length > 0) {
    const value = open.pop()!
    if (value === '' || reached.has(value)) continue
    reached.add(value)
    const node = producers.get(value)
    if (node && readsValues(node) && !closed?.has(node)) open.push(...node.inputs)
  }
  return reached
}

/**
 * Values that every way from the pixels passes: the dominator tree of the values that depend on them, made in one pass
 * since nodes stand in topological order (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm).
 */
export class Dominators {
  readonly #parent = new Map<string, string>()
  readonly #depth = new Map<string, number>()

  constructor(graph: Graph, pixels: string) {
    this.#depth.set(pixels, 0)
    for (const node of graph.nodes) {
      if (!readsValues(node)) continue
      const parent = this.common(node.inputs.filter((input) => this.#depth.has(input)))
      if (parent === null) continue
      for (const output of node.outputs) {
        this.#parent.set(output, parent)
        this.#depth.set(output, this.#depth.get(parent)! + 1)
      }
    }
  }

  /** The nearest value that all ways from the pixels to `values` pass; null where one does not depend on pixels. */
  common(values: readonly string[]): string | null {
    if (values.length === 0 || values.some((value) => !this.#depth.has(value))) return null
    return values.reduce((first, second) => {
      let [a, b] = [first, second]
      while (a !== b) {
        if (this.#depth.get(a)! >= this.#depth.get(b)!) a = this.#parent.get(a)!
        else b = this.#parent.get(b)!
      }
      return a
    })
  }
}
