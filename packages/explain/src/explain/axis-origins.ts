/**
 * What the axes of every value are made of: the batch, places of the picture or tokens, channels. Reshapes split and join
 * axes, transposes move them, linear maps make new channels; so what lies on one axis together (the windows of a picture
 * beside the batch, heads behind both) is told apart exactly, and in the order in which it lies there.
 */
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import { BATCH, kindOf, lengthOf, lengthsOf, resized, type AxisOrigins, type AxisPart, type Known } from './axis-parts'
import { einsumOrigins } from './einsum-origins'

/** The origins of all values that depend on the picture, as far as they can be told; the picture is `[B, C, H, W]`. */
export function findAxisOrigins(graph: Graph, facts: Facts): ReadonlyMap<string, AxisOrigins> {
  const origins = new Map<string, AxisOrigins>()
  const input = graph.inputs[0]!
  const [batch, channels, ...places] = lengthsOf(facts.get(input.name)!) as [number, number, ...number[]]
  origins.set(input.name, [
    batch === 1 ? [] : [{ of: 'batch', size: batch }],
    [{ of: 'channel', size: channels }],
    ...places.map((size): AxisPart[] => [{ of: 'place', size }]),
  ])
  for (const node of graph.nodes) {
    if (node.op === 'Shape' || node.op === 'Size' || !node.inputs.some((name) => origins.has(name))) continue
    for (const output of node.outputs) {
      const known = facts.get(output)
      if (!known || known.constant) continue
      const lengths = lengthsOf(known)
      const found = originsOf(node, lengths, { facts, origins })
      if (found?.every((parts, axis) => lengthOf(parts) === lengths[axis])) origins.set(output, found)
    }
  }
  return origins
}

/** Operators that give the values of one input another shape, in the same order. */
const REARRANGED = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'])
const CONVOLUTIONS = new Set(['Conv', 'ConvTranspose', 'FusedConv'])

function originsOf(node: GraphNode, lengths: readonly number[], known: Known): AxisOrigins | null {
  const first = known.origins.get(node.inputs[0] ?? '')
  if (REARRANGED.has(node.op)) return first ? rearranged(first, lengths) : null
  if (node.op === 'Transpose') {
    const perm = node.intsAttr('perm') ?? lengths.map((_, axis) => lengths.length - 1 - axis)
    return first ? perm.map((axis) => first[axis]!) : null
  }
  if (CONVOLUTIONS.has(node.op)) return first ? convolved(node, first, lengths) : null
  if (node.op === 'MatMul' || node.op === 'Gemm') return multiplied(node, lengths, known)
  if (node.op === 'Einsum') return einsumOrigins(node, lengths, known)
  if (node.op === 'Gather') return first ? gathered(node, first, lengths, known) : null
  if (node.op.startsWith('Reduce') || node.op.startsWith('Arg'))
    return first ? reduced(node, first, lengths, known) : null
  return alongside(node, lengths, known)
}

/** Factors in order, dealt out again to axes of other lengths; null where a factor would have to be cut where it cannot be. */
function rearranged(axes: AxisOrigins, lengths: readonly number[]): AxisOrigins | null {
  // A single channel marks a flattened patch of a grey picture as channels.
  const open = axes.flat().filter(({ of, size }) => size > 1 || of === 'channel')
  const found: AxisOrigins = []
  for (const length of lengths) {
    const parts: AxisPart[] = []
    let rest = length
    while (rest > 1) {
      const part = open.shift()
      if (!part) return null
      if (rest % part.size === 0) {
        parts.push(part)
        rest /= part.size
      } else if (part.of !== 'batch' && part.size % rest === 0) {
        parts.push({ of: part.of, size: rest })
        open.unshift({ of: part.of, size: part.size / rest })
        rest = 1
      } else return null
    }
    found.push(parts)
  }
  if (found.length > 0 && open.every(({ size }) => size === 1)) found.at(-1)!.push(...open)
  return found
}

/** `[B, C, ..places]`, or any axes in their place: a convolution along tokens makes new tokens of the old. */
function convolved(node: GraphNode, input: AxisOrigins, lengths: readonly number[]): AxisOrigins | null {
  const axes = lengths.map((length, axis) => {
    if (axis === 0) return input[0]!
    const kept = axis > 1 || node.intAttr('group', 1) > 1
    return kept ? resized(input[axis]!, length) : [{ of: kindOf(input[1]!), size: length }]
  })
  return complete(axes)
}

/** `[.., M, K]` times `[.., K, N]`; a factor that is not a value of the picture gives the axis what it was summed over. */
function multiplied(node: GraphNode, lengths: readonly number[], { facts, origins }: Known): AxisOrigins | null {
  const [a, b] = node.inputs as [string, string]
  const [left, right] = [turned(node, 'transA', origins.get(a)), turned(node, 'transB', origins.get(b))]
  const ranks = [facts.get(a)?.dims.length, facts.get(b)?.dims.length]
  // Vectors are not matrices of one row here.
  if (ranks.some((rank) => rank === undefined || rank < 2)) return null
  const rank = lengths.length
  return complete(
    lengths.map((length, axis) => {
      if (axis === rank - 2) return left?.at(-2) ?? [{ of: kindOf(right!.at(-2)!), size: length }]
      if (axis === rank - 1) return right?.at(-1) ?? [{ of: kindOf(left!.at(-1)!), size: length }]
      return aligned([left, right], { axis, rank, length })
    }),
  )
}

const complete = (axes: (AxisPart[] | null)[]) => (axes.every((parts) => parts !== null) ? axes : null)

function turned(node: GraphNode, attribute: string, axes: AxisOrigins | undefined): AxisOrigins | undefined {
  return axes && node.op === 'Gemm' && node.intAttr(attribute, 0) === 1 ? axes.toReversed() : axes
}

function gathered(
  node: GraphNode,
  input: AxisOrigins,
  lengths: readonly number[],
  { facts }: Known,
): AxisOrigins | null {
  const axis = (node.intAttr('axis', 0) + input.length) % input.length
  const indexRank = facts.get(node.inputs[1]!)?.dims.length
  if (indexRank === undefined) return null
  const chosen = lengths.slice(axis, axis + indexRank)
  const taken =
    chosen.length === 1
      ? [resized(input[axis]!, chosen[0]!)]
      : chosen.map((size) => [{ of: kindOf(input[axis]!), size }])
  if (chosen.length !== 1 && input[axis]!.some(({ of }) => of === 'batch')) return null
  return complete([...input.slice(0, axis), ...taken, ...input.slice(axis + 1)])
}

function reduced(
  node: GraphNode,
  input: AxisOrigins,
  lengths: readonly number[],
  { facts }: Known,
): AxisOrigins | null {
  if (lengths.length === input.length) return input.map((parts, axis) => resized(parts, lengths[axis]!) ?? [])
  const given = node.intsAttr('axes') ?? facts.get(node.inputs[1] ?? '')?.constant?.data
  const axes = node.op.startsWith('Arg')
    ? [node.intAttr('axis', 0)]
    : given && Array.from(given as ArrayLike<number | bigint>, Number)
  if (!axes) return null
  const gone = new Set(axes.map((axis) => (axis + input.length) % input.length))
  return input.filter((_, axis) => !gone.has(axis))
}

/**
 * Operators that keep the axes of their inputs, with ONNX's broadcasting or with other lengths: sums, normalisations,
 * slices, joins, paddings, pools.
 */
function alongside(node: GraphNode, lengths: readonly number[], { origins }: Known): AxisOrigins | null {
  const rank = lengths.length
  const inputs = node.inputs
    .map((name) => origins.get(name))
    .filter((axes) => axes !== undefined && axes.length <= rank)
  if (inputs.length === 0) return null
  return complete(lengths.map((length, axis) => aligned(inputs, { axis, rank, length })))
}

/** The parts of one axis of a result, from inputs whose last axes lie over its last. */
export function aligned(
  inputs: readonly (AxisOrigins | undefined)[],
  { axis, rank, length }: { axis: number; rank: number; length: number },
): AxisPart[] | null {
  const candidates = inputs.flatMap((axes) => {
    const own = axes && axes[axis - (rank - axes.length)]
    return own ? [own] : []
  })
  const same = candidates.find((parts) => lengthOf(parts) === length)
  if (same) return same
  if (length === 1) return []
  // What a single entry is stretched to, or constants bring along, is a place.
  const wide = candidates.find((parts) => parts.length > 0)
  if (wide) return resized(wide, length)
  if (length % BATCH !== 0) return [{ of: 'place', size: length }]
  return length === BATCH ? [{ of: 'batch', size: BATCH }] : null
}
