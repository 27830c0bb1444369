/** Masks of fused attention operators as ONNX Runtime takes them. */
import type { GraphBuilder } from '../builder'
import { isFloat, type Facts } from '../facts'
import { elementCount, int64, type Tensor } from '../tensor'

/** float32's lowest number: what ONNX Runtime adds where a mask forbids, and takes for forbidden where a mask says it. */
export const LOWEST = -3.4028234663852886e38

/** A mask over `[.., queries, keys]`, from what an operator says about it. */
export interface Mask {
  /** Added to the scores; finite, so that a row that is masked as a whole stays a number. */
  bias: string
  /** True for rows `[.., queries, 1]` in which no key is allowed: their attention is zero. Null where there is none. */
  emptyRows: string | null
}

export interface MaskParts {
  /** bool, true where allowed, or added to the scores. */
  mask?: string
  /** Query i sees keys 0 to i; where keys are counted, the last query sees the last of them. */
  causal: boolean
  /** int64 `[B]`: how many keys of each sample there are; the rest is padding. */
  keyCounts?: string
  queries: number
  keys: number
}

/** All parts of a mask in one; undefined where nothing is masked. */
export function maskOf(g: GraphBuilder, facts: Facts, parts: MaskParts): Mask | undefined {
  const allowed: string[] = []
  const biases: string[] = []
  const known = parts.mask ? facts.get(parts.mask) : undefined
  if (parts.mask && known && isFloat(known.type)) {
    biases.push(g.op('Max', [parts.mask, g.scalar(LOWEST)]))
    allowed.push(g.op('Greater', [parts.mask, g.scalar(LOWEST)]))
  } else if (parts.mask) allowed.push(parts.mask)
  if (parts.keyCounts) allowed.push(countedKeys(g, parts.keyCounts, parts))
  else if (parts.causal) allowed.push(g.constant(causalMask(parts.queries, parts.keys)))
  const [first, ...further] = allowed
  if (first === undefined) return undefined
  const all = further.reduce((both, each) => g.op('And', [both, each]), first)
  // A float mask alone has said it already; anything else is one more number to add.
  const plain = biases.length === 1 && further.length === 0
  const bias = plain ? biases[0]! : g.where(all, biases[0] ?? g.scalar(0), g.scalar(LOWEST))
  const constant = further.length === 0 ? known?.constant : undefined
  const never = constant ? !hasEmptyRow(constant) : allowed.length === 1 && parts.causal && !parts.keyCounts
  return { bias, emptyRows: never ? null : g.op('Not', [anyAllowed(g, all)]) }
}

/** Keys that are not padding, bool `[B, 1, 1 or queries, keys]`; causal ones end with the last query at the last of them. */
function countedKeys(g: GraphBuilder, counts: string, { causal, queries, keys }: MaskParts): string {
  const numbers = (count: number, from: number) => Array.from({ length: count }, (_, at) => from + at)
  const own = g.reshape(counts, [-1, 1, 1, 1])
  const ends = causal ? g.add(own, g.constant(int64([queries, 1], numbers(queries, 1 - queries)))) : own
  return g.op('Less', [g.ints(numbers(keys, 0)), ends])
}

/** Rows that allow a key, `[.., queries, 1]`. */
function anyAllowed(g: GraphBuilder, allowed: string): string {
  const numbers = g.where(allowed, g.scalar(1), g.scalar(0))
  return g.op('Greater', [g.reduce('ReduceMax', numbers, [-1], true), g.scalar(0)])
}

/** bool `[queries, keys]`. */
export function causalMask(queries: number, keys: number): Tensor {
  const data = Uint8Array.from({ length: queries * keys }, (_, at) => (at % keys <= Math.floor(at / keys) ? 1 : 0))
  return { type: 'bool', dims: [queries, keys], data }
}

function hasEmptyRow({ type, dims, data }: Tensor): boolean {
  const keys = dims.at(-1)!
  const forbidden = (at: number) => (type === 'bool' ? !data[at] : Number(data[at]) <= LOWEST)
  const rows = elementCount(dims) / keys
  for (let row = 0; row < rows; row++) {
    let empty = true
    for (let at = row * keys; at < (row + 1) * keys && empty; at++) empty = forbidden(at)
    if (empty) return true
  }
  return false
}
