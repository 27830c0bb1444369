/** Where the batch stands in the values of a graph that was exported for one image, where every batch axis has length 1. */
import type { Facts } from './facts'
import type { Graph } from './graph'
import type { GraphNode } from './node'
import { elementCount } from './tensor'

export interface BatchPosition {
  axis: number
  /** Places of this axis that stand before the batch: tokens, where tokens and batch share an axis, tokens outermost. */
  before: number
}

/** The position for every value that the image reaches, as far as it can be followed. */
export function batchPositions(graph: Graph, facts: Facts): Map<string, BatchPosition> {
  const positions = new Map<string, BatchPosition>([[graph.inputs[0]!.name, { axis: 0, before: 1 }]])
  for (const node of graph.nodes) {
    const found = positionAfter(node, facts, positions, graph)
    if (found) for (const output of node.outputs) positions.set(output, found)
  }
  return positions
}

function positionAfter(
  node: GraphNode,
  facts: Facts,
  positions: ReadonlyMap<string, BatchPosition>,
  graph: Graph,
): BatchPosition | null {
  const input = node.inputs.find((name) => positions.has(name))
  const out = facts.get(node.outputs[0] ?? '')?.dims
  if (input === undefined || !out || node.op === 'Shape' || node.op === 'Size') return null
  const { axis, before } = positions.get(input)!
  const rank = facts.get(input)!.dims.length
  const wrap = (value: number, length: number) => (value < 0 ? value + length : value)
  const constantAxes = () =>
    node.intsAttr('axes') ?? Array.from((graph.constant(node.inputs[1] ?? '')?.data ?? []) as ArrayLike<bigint>, Number)
  switch (node.op) {
    case 'Transpose': {
      const perm = node.intsAttr('perm') ?? Array.from({ length: rank }, (_, at) => rank - 1 - at)
      return { axis: perm.indexOf(axis), before }
    }
    case 'Reshape':
    case 'Flatten':
      return reshaped({ axis, before }, facts.get(input)!.dims, out)
    case 'Unsqueeze': {
      const added = constantAxes().map((value) => wrap(value, out.length))
      const kept = out.map((_, at) => at).filter((at) => !added.includes(at))
      return kept[axis] === undefined ? null : { axis: kept[axis], before }
    }
    case 'Squeeze': {
      const gone = constantAxes().map((value) => wrap(value, rank))
      if (gone.length === 0 || gone.includes(axis)) return null
      return { axis: axis - gone.filter((at) => at < axis).length, before }
    }
    case 'Gather': {
      const along = wrap(node.intAttr('axis', 0), rank)
      if (along === axis) return null
      return { axis: along < axis ? axis + out.length - rank : axis, before }
    }
    default: {
      if (node.op.startsWith('Reduce') && out.length < rank) {
        const gone = constantAxes().map((value) => wrap(value, rank))
        return gone.length === 0 || gone.includes(axis)
          ? null
          : { axis: axis - gone.filter((at) => at < axis).length, before }
      }
      // Everything else keeps its axes, or broadcasts them from the end.
      const kept = axis + out.length - rank
      return kept >= 0 ? { axis: kept, before } : null
    }
  }
}

/** The position after a reshape: as many elements stand before the batch as stood before it. */
function reshaped({ axis, before }: BatchPosition, from: number[], to: number[]): BatchPosition | null {
  const outer = elementCount(from.slice(0, axis)) * before
  const starts = to.map((_, at) => elementCount(to.slice(0, at)))
  const single = to.findIndex((dim, at) => dim === 1 && starts[at] === outer)
  if (single >= 0) return { axis: single, before: 1 }
  const opening = starts.findIndex((start, at) => start === outer && at < to.length - 1)
  if (opening >= 0) return { axis: opening, before: 1 }
  // An axis that holds what stands before the batch, and the batch behind it.
  const holding = to.findIndex(
    (dim, at) => starts[at]! < outer && outer % starts[at]! === 0 && outer <= starts[at]! * dim,
  )
  return holding >= 0 ? { axis: holding, before: outer / starts[holding]! } : null
}
