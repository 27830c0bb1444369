/** Streams of tokens that meet in one operator, place by place. */
import { commonAncestor, PADDING, type TokenSpaces } from './token-space'
import { sameField, spread, type TokenField } from './token-field'

/**
 * The fields of a value that is made place by place of others. Of two streams the narrower one stands where each place of the
 * other holds its token too, as where a mean over all tokens is added; null where tokens that have nothing in common meet.
 */
export function merged(spaces: TokenSpaces, all: readonly (readonly TokenField[])[]): TokenField[] | null {
  const matrices = all.filter((fields) => fields.some(({ side }) => side !== ''))
  // What is added to scores, as a bias made of the queries, does not change whose scores they are.
  if (matrices.length > 0) return bySide(spaces, matrices)
  let found: TokenField | undefined
  for (const [field] of all) {
    if (!field) continue
    const both: TokenField | null = found ? narrower(spaces, found, field) : field
    if (!both) return null
    found = both
  }
  return found ? [found] : []
}

function bySide(spaces: TokenSpaces, all: readonly (readonly TokenField[])[]): TokenField[] | null {
  const found = new Map<string, TokenField>()
  for (const field of all.flat()) {
    const known = found.get(field.side)
    const both = known ? narrower(spaces, known, field) : field
    if (!both) return null
    found.set(field.side, both)
  }
  return [...found.values()]
}

function narrower(spaces: TokenSpaces, a: TokenField, b: TokenField): TokenField | null {
  if (sameField(a, b)) return a
  const dims = a.dims.map((dim, axis) => Math.max(dim, b.dims[axis]!))
  const [first, second] = [spread(a, dims), spread(b, dims)]
  if (within(spaces, { ...a, labels: first }, { ...b, labels: second })) return { ...a, dims, labels: first }
  if (within(spaces, { ...b, labels: second }, { ...a, labels: first })) return { ...b, dims, labels: second }
  return null
}

/** Whether every place of `b` is made of all that the same place of `a` is made of. */
function within(spaces: TokenSpaces, a: TokenField, b: TokenField): boolean {
  const ancestor = commonAncestor([a.space, b.space])
  const [own, others] = [spaces.composition(a.space, ancestor)!, spaces.composition(b.space, ancestor)!]
  const held = new Map<string, boolean>()
  const holds = (other: number, label: number) => {
    const parts = label < 0 ? [label] : [...own[label]!.keys()]
    const wider = other < 0 ? new Map([[other, 1]]) : others[other]!
    return parts.every((part) => wider.has(part))
  }
  return a.labels.every((label, at) => {
    const other = b.labels[at]!
    if (label === PADDING || other === PADDING || (label === other && a.space === b.space)) return true
    const pair = `${label} ${other}`
    if (!held.has(pair)) held.set(pair, holds(other, label))
    return held.get(pair)!
  })
}
