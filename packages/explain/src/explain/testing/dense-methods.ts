/**
 * METHODS.md in plain numbers: every N x N matrix is made, in double precision, with nothing shared with the graphs.
 * The reference that the explain graph is tested against.
 */
import type { MethodSettings } from '../report'
import type { MethodId } from '../method-catalogue'
import type { HeadScore } from '../methods/context'

/** Row-major, N x N. */
type Matrix = number[][]

/** One sample's A and G, `[layer][head]`. */
export interface Sample {
  attention: Matrix[][]
  gradient: Matrix[][]
  readoutRows: number[]
  patches: number[]
}

/** Cuts one sample out of raw output `[B, L, H, N, N]`. */
export function matrices(data: Float32Array, [, layers, heads, tokens]: number[], sample: number): Matrix[][] {
  const size = tokens! * tokens!
  return Array.from({ length: layers! }, (_, layer) =>
    Array.from({ length: heads! }, (_, head) => {
      const start = ((sample * layers! + layer) * heads! + head) * size
      return Array.from({ length: tokens! }, (_, row) =>
        Array.from(data.subarray(start + row * tokens!, start + (row + 1) * tokens!)),
      )
    }),
  )
}

const map = (a: Matrix, f: (value: number, row: number, column: number) => number): Matrix =>
  a.map((line, row) => line.map((value, column) => f(value, row, column)))

const zip = (a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix =>
  map(a, (value, row, column) => f(value, b[row]![column]!))

const add = (a: Matrix, b: Matrix) => zip(a, b, (x, y) => x + y)
const times = (a: Matrix, factor: number) => map(a, (value) => value * factor)
const relu = (a: Matrix) => map(a, (value) => Math.max(value, 0))
const identity = (size: number, value = 1): Matrix =>
  Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => (row === column ? value : 0)))

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((line) => b[0]!.map((_, column) => line.reduce((sum, value, at) => sum + value * b[at]![column]!, 0)))

/** rown(M) by absolute values, which matters where A is signed. A row of zeros stays 0. */
const rowNormalised = (a: Matrix): Matrix =>
  a.map((line) => {
    const sum = line.reduce((total, value) => total + Math.abs(value), 0)
    return line.map((value) => (sum === 0 ? 0 : value / sum))
  })

const mean = (all: Matrix[]): Matrix => times(all.reduce(add), 1 / all.length)

/** M_L ... M_1. */
const chained = (layers: Matrix[]): Matrix => layers.reduce((r, m) => product(m, r), identity(layers[0]!.length))

/** The mean over the read-out rows of the patch columns. */
const readOut = ({ readoutRows, patches }: Sample, r: Matrix): number[] =>
  patches.map((column) => readoutRows.reduce((sum, row) => sum + r[row]![column]!, 0) / readoutRows.length)

const sumOf = (a: Matrix, f: (value: number) => number) => a.flat().reduce((sum, value) => sum + f(value), 0)

/** s `[layer][head]`: the norm of each head's gradient, or |sum A o G|. */
export function headScores({ attention, gradient }: Sample, norm: HeadScore): number[][] {
  if (norm === 'taylor')
    return gradient.map((heads, layer) =>
      heads.map((g, head) =>
        Math.abs(
          sumOf(
            zip(attention[layer]![head]!, g, (x, y) => x * y),
            (value) => value,
          ),
        ),
      ),
    )
  return gradient.map((heads) =>
    heads.map((g) => (norm === 'l1' ? sumOf(g, Math.abs) : Math.sqrt(sumOf(g, (value) => value * value)))),
  )
}

function gmar(sample: Sample, norm: HeadScore, { alpha, scope, firstLayer }: MethodSettings['gmar']): number[] {
  const scores = headScores(sample, norm)
  const all = scores.flat()
  const layers = sample.attention.map((heads, layer) => {
    const group = scope === 'all' ? all : scores[layer]!
    const total = group.reduce((sum, score) => sum + score, 0)
    const weighted = heads.map((a, head) => times(a, total === 0 ? 1 / group.length : scores[layer]![head]! / total))
    return rowNormalised(add(weighted.reduce(add), identity(heads[0]!.length, alpha)))
  })
  return readOut(sample, chained(layers.slice(firstLayer)))
}

function rollout(sample: Sample, { fusion, discard }: MethodSettings['rollout']): number[] {
  const fuse = {
    mean,
    max: (all: Matrix[]) => all.reduce((a, b) => zip(a, b, Math.max)),
    min: (all: Matrix[]) => all.reduce((a, b) => zip(a, b, Math.min)),
  }[fusion]
  const layers = sample.attention.map((heads) => {
    const fused = fuse(heads)
    const columns = new Set(sample.patches)
    const entries = fused.flatMap((line, row) =>
      line.flatMap((value, column) => (columns.has(column) ? [{ value, row, column }] : [])),
    )
    entries.sort((a, b) => a.value - b.value)
    for (const { row, column } of entries.slice(0, Math.floor(entries.length * discard))) fused[row]![column] = 0
    return rowNormalised(add(fused, identity(fused.length)))
  })
  return readOut(sample, chained(layers))
}

function gradRollout(sample: Sample): number[] {
  const layers = sample.attention.map((heads, layer) => {
    const gated = heads.map((a, head) => zip(a, sample.gradient[layer]![head]!, (x, y) => x * y))
    return rowNormalised(add(relu(mean(gated)), identity(heads[0]!.length)))
  })
  return readOut(sample, chained(layers))
}

function chefer(sample: Sample): number[] {
  let r = identity(sample.attention[0]![0]!.length)
  sample.attention.forEach((heads, layer) => {
    const gated = heads.map((a, head) => relu(zip(a, sample.gradient[layer]![head]!, (x, y) => x * y)))
    r = add(r, product(mean(gated), r))
  })
  return readOut(sample, r)
}

function attnGrad(sample: Sample): number[] {
  const [heads, gradients] = [sample.attention.at(-1)!, sample.gradient.at(-1)!]
  return readOut(sample, mean(heads.map((a, head) => relu(zip(a, gradients[head]!, (x, y) => x * y)))))
}

function attnGradcam(sample: Sample): number[] {
  const { readoutRows, patches } = sample
  const weights = sample.gradient.at(-1)!.map((g) => {
    const values = readoutRows.flatMap((row) => patches.map((column) => g[row]![column]!))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
  return readOut(sample, relu(mean(sample.attention.at(-1)!.map((a, head) => times(a, weights[head]!)))))
}

/** The relevance map of a method, one value a patch. */
export function relevance(method: MethodId, sample: Sample, settings: MethodSettings): number[] {
  switch (method) {
    case 'gmar_l1':
      return gmar(sample, 'l1', settings.gmar)
    case 'gmar_l2':
      return gmar(sample, 'l2', settings.gmar)
    case 'gmar_taylor':
      return gmar(sample, 'taylor', settings.gmar)
    case 'rollout':
      return rollout(sample, settings.rollout)
    case 'grad_rollout':
      return gradRollout(sample)
    case 'chefer':
      return chefer(sample)
    case 'raw':
      return readOut(sample, mean(sample.attention.at(-1)!))
    case 'attn_grad':
      return attnGrad(sample)
    case 'attn_gradcam':
      return attnGradcam(sample)
  }
}
