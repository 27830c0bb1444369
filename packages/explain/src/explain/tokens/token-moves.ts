/** Operators that move places: token numbers move with them. */
import type { GraphNode } from '../../onnx/node'
import type { FlowState, Tokens } from './token-state'
import { joined, taken, transposed, type TokenField } from './token-field'
import { ownLabel, PADDING } from './token-space'

/** The tokens of an output of such an operator; null where it is none, or moves them in a way that is not known. */
export function moved(node: GraphNode, output: string, state: FlowState): Tokens | null {
  if (node.op === 'Concat') return concatenated(node, output, state)
  const tokens = state.of.get(node.inputs[0]!)
  if (!tokens || 'lost' in tokens) return null
  const move = MOVES[node.op]?.(node, output, state)
  if (!move) return null
  const found = tokens.map(move)
  return found.every((field) => field !== null) ? found : null
}

type Move = (field: TokenField) => TokenField | null

const range = (length: number, first = 0, step = 1) => Array.from({ length }, (_, at) => first + at * step)

const MOVES: Record<string, (node: GraphNode, output: string, state: FlowState) => Move | null> = {
  Transpose: (node, output, { dims }) => {
    const rank = dims(output).length
    const perm = node.intsAttr('perm') ?? range(rank).reverse()
    return (field) => transposed(field, perm)
  },
  Slice: (node, output, { dims, ints }) => {
    const [from, to] = [dims(node.inputs[0]!), dims(output)]
    const starts = node.intsAttr('starts') ?? ints(node.inputs[1])
    const axes = (node.intsAttr('axes') ?? ints(node.inputs[3]))?.map((axis) => (axis + from.length) % from.length)
    const steps = ints(node.inputs[4])
    if (!starts) return null
    const picks = starts.map((start, at) => {
      const axis = axes?.[at] ?? at
      const [length, step] = [from[axis]!, steps?.[at] ?? 1]
      const first = Math.min(Math.max(start < 0 ? start + length : start, 0), step < 0 ? length - 1 : length)
      return { axis, indexes: range(to[axis]!, first, step) }
    })
    return (field) => picks.reduce((found, { axis, indexes }) => along(found, axis, indexes), field)
  },
  Split: (node, output, { dims }) => {
    const from = dims(node.inputs[0]!)
    const axis = (node.intAttr('axis', 0) + from.length) % from.length
    const before = node.outputs.slice(0, node.outputs.indexOf(output))
    const first = before.reduce((sum, name) => sum + (dims(name)[axis] ?? Number.NaN), 0)
    if (Number.isNaN(first)) return null
    return (field) => along(field, axis, range(dims(output)[axis]!, first))
  },
  Gather: (node, _output, { dims, ints, of }) => {
    if (of.has(node.inputs[1]!)) return null
    const from = dims(node.inputs[0]!)
    const axis = (node.intAttr('axis', 0) + from.length) % from.length
    const shape = dims(node.inputs[1]!)
    const indexes = ints(node.inputs[1])?.map((index) => (index + from[axis]!) % from[axis]!)
    if (!indexes) return null
    return (field) => {
      const found = along(field, axis, indexes)
      const [before, after] = [found.dims.slice(0, axis), found.dims.slice(axis + 1)]
      return { ...found, dims: [...before, ...(found.dims[axis] === 1 ? shape.map(() => 1) : shape), ...after] }
    }
  },
  Pad: (node, _output, { dims, ints }) => {
    const from = dims(node.inputs[0]!)
    const pads = node.intsAttr('pads') ?? ints(node.inputs[1])
    const given = ints(node.inputs[3])?.map((axis) => (axis + from.length) % from.length)
    if (!pads) return null
    const axes = given ?? range(from.length)
    const mode = node.stringAttr('mode', 'constant')
    return (field) =>
      axes.reduce((found, axis, at) => {
        const [before, after] = [pads[at]!, pads[at + axes.length]!]
        const length = from[axis]!
        // Along channels nothing differs, and nothing is padded that stands for tokens.
        if ((before === 0 && after === 0) || (found.dims[axis] === 1 && length > 1)) return found
        return taken(
          found,
          axis,
          range(length + before + after, -before).map((index) => padded(index, length, mode)),
        )
      }, field)
  },
  // Scores that get a bias in a part of them stay whose they are.
  ScatterND: (node, _output, { of }) => {
    const tokens = of.get(node.inputs[0]!)
    const scores = tokens && !('lost' in tokens) && tokens.some(({ side }) => side !== '')
    return scores && !of.has(node.inputs[1]!) ? (field) => field : null
  },
  Tile: (node, output, { dims }) => {
    const [from, to] = [dims(node.inputs[0]!), dims(output)]
    return (field) =>
      from.reduce(
        (found, length, axis) =>
          along(
            found,
            axis,
            range(to[axis]!).map((at) => at % length),
          ),
        field,
      )
  },
}

/** Places along an axis; one along which nothing differs stays as it is. */
const along = (field: TokenField, axis: number, indexes: readonly number[]) =>
  field.dims[axis] === 1 ? field : taken(field, axis, indexes)

function padded(index: number, length: number, mode: string): number {
  if (index >= 0 && index < length) return index
  if (mode === 'edge') return Math.min(Math.max(index, 0), length - 1)
  if (mode === 'wrap') return (index + length) % length
  if (mode === 'reflect') return index < 0 ? -index : 2 * (length - 1) - index
  return PADDING
}

/** Values one behind the other: constants among tokens are tokens of their own, as a class token. */
function concatenated(node: GraphNode, output: string, { dims, of, own }: FlowState): Tokens | null {
  const rank = dims(output).length
  const axis = (node.intAttr('axis', 0) + rank) % rank
  const lengths = node.inputs.map((name) => dims(name)[axis]!)
  const read = node.inputs.map((name) => of.get(name) as TokenField[] | undefined)
  const most = read.find((fields) => fields && fields.length > 0)
  if (!most) return []
  const parts = most.map((pattern, at) => {
    const known = read.map((fields) => (fields ? fields[at] : null))
    if (known.some((field) => field === undefined)) return null
    // Where labels differ neither along the axis nor from part to part, it is one of channels.
    const streams = known.filter((field) => !!field)
    // Along an axis of channels nothing differs within a part.
    const overTokens = known.every((field, part) => !field || field.dims[axis]! > 1 || lengths[part] === 1)
    const space = streams.find(({ labels }) => labels.some((label) => label >= 0))?.space ?? streams[0]!.space
    if (streams.some((field) => field.space !== space && field.labels.some((label) => label >= 0))) return null
    const fields = known.map((field, part): TokenField => {
      if (field) return { ...field, space }
      const places = overTokens ? lengths[part]! : 1
      const labels = Int32Array.from({ length: places }, (_, place) =>
        overTokens ? ownLabel(own(node.inputs[part]!, place)) : PADDING,
      )
      return { space, dims: pattern.dims.map((_, place) => (place === axis ? places : 1)), labels, side: pattern.side }
    })
    return joined(fields, axis, lengths)
  })
  return parts.every((field) => field !== null) ? parts : null
}
