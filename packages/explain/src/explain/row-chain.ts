/** How a row vector passes through one layer's fused map. */
export interface Carried {
  /** 'normalised': u rown(F + alpha I), rown by absolute values. 'additive': u + u F. 'direct': u F. */
  kind: 'normalised' | 'additive' | 'direct'
  /** How much of the identity is added; 'normalised' only. */
  alpha: number
}

/** `row` `[N]` times the layer's matrix, made from its fused map `[N, N]`. A row of zeros stays 0. */
export function carryRow(row: Float64Array, fused: Float64Array, { kind, alpha }: Carried): Float64Array {
  const tokens = row.length
  const next = new Float64Array(tokens)
  if (kind === 'additive') next.set(row)
  for (let from = 0; from < tokens; from++) {
    if (row[from] === 0) continue
    const line = fused.subarray(from * tokens, (from + 1) * tokens)
    let u = row[from]!
    if (kind === 'normalised') {
      // Where A is signed, the diagonal may cancel part of the identity.
      const sum = line.reduce((total, value, to) => total + Math.abs(to === from ? value + alpha : value), 0)
      if (sum === 0) continue
      u /= sum
      next[from]! += alpha * u
    }
    for (let to = 0; to < tokens; to++) next[to]! += u * line[to]!
  }
  return next
}
