/** What a group of operators is that exporters write for one: how it is found, and what it reads as. */
import type { Facts } from '../../onnx/facts'
import type { Graph } from '../../onnx/graph'
import type { GraphNode } from '../../onnx/node'
import { wrapAxis } from '../constants'

/** Several nodes that compute what one would. */
export interface Composite {
  /** The one operator, with the output of the last of the members. */
  node: GraphNode
  /** In no order; the last one, whose output is read by others, among them. */
  members: GraphNode[]
}

/** Looks at one node as a certain member of a group; null where it is none. */
export type FindComposite = (at: GraphNode, look: GraphLook) => Composite | null

/** A graph as patterns are sought in it. */
export class GraphLook {
  readonly #facts: Facts
  readonly #consumers: ReadonlyMap<string, GraphNode[]>
  readonly #producers: ReadonlyMap<string, GraphNode>
  readonly #outputs: ReadonlySet<string>
  readonly #graph: Graph

  constructor(graph: Graph, facts: Facts) {
    this.#graph = graph
    this.#facts = facts
    this.#consumers = graph.consumers()
    this.#producers = graph.producers()
    this.#outputs = new Set(graph.outputs.map(({ name }) => name))
  }

  /** The node that computes a value; undefined for inputs, constants, and operators of other domains than ONNX's own. */
  producer(value: string): GraphNode | undefined {
    const node = this.#producers.get(value)
    return node?.domain === '' ? node : undefined
  }

  /** The same, where it is of the operator `op`. */
  made(value: string, op: string): GraphNode | undefined {
    const node = this.producer(value)
    return node?.op === op ? node : undefined
  }

  /** The one node that reads a value; undefined where there are several, or where the graph gives it. */
  only(value: string): GraphNode | undefined {
    const readers = this.#consumers.get(value) ?? []
    return readers.length === 1 && !this.#outputs.has(value) && readers[0]!.domain === '' ? readers[0] : undefined
  }

  /** The number that a constant of one element holds. */
  scalar(value: string): number | undefined {
    const constant = this.#facts.get(value)?.constant
    return constant?.data.length === 1 ? Number(constant.data[0]) : undefined
  }

  isScalar(value: string, wanted: number): boolean {
    const found = this.scalar(value)
    return found !== undefined && Math.abs(found - wanted) < 1e-6
  }

  /** Whether a value is a constant of the file with one axis, as long as the last axis of `beside`. */
  isVector(value: string, beside: string): boolean {
    const dims = this.#facts.get(value)?.dims
    return this.#graph.initializers.has(value) && dims?.length === 1 && dims[0] === this.#facts.get(beside)?.dims.at(-1)
  }

  /** The input of a mean over the last axis, kept, that gives `value`. */
  meanOf(value: string): string | undefined {
    const node = this.made(value, 'ReduceMean')
    const rank = node && this.#facts.get(node.inputs[0]!)?.dims.length
    if (!node || rank === undefined || node.intAttr('keepdims', 1) !== 1) return undefined
    const given = node.intsAttr('axes') ?? this.#facts.get(node.inputs[1] ?? '')?.constant?.data
    const axes = given && Array.from(given as ArrayLike<number | bigint>, (axis) => wrapAxis(Number(axis), rank))
    return axes?.length === 1 && axes[0] === rank - 1 ? node.inputs[0] : undefined
  }

  /** Whether nothing but the members reads what they compute, up to the output of the one operator. */
  isClosed({ node, members }: Composite): boolean {
    const own = new Set(members)
    return members.every(({ outputs }) =>
      outputs.every(
        (name) =>
          node.outputs.includes(name) ||
          (!this.#outputs.has(name) && (this.#consumers.get(name) ?? []).every((reader) => own.has(reader))),
      ),
    )
  }
}

/** The other operand of a node that has `value` as one of two. */
export function otherOperand(node: GraphNode, value: string): string {
  return node.inputs[0] === value ? node.inputs[1]! : node.inputs[0]!
}
