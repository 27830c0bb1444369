/**
 * METHODS.md, "Windows, stages and pooled keys", in plain numbers: matrices of a whole layer with zeros between windows, made in double
 * precision, with nothing shared with the graphs.
 */
import type { MethodId } from '../method-catalogue'
import type { MethodSettings } from '../report'

export type Dense = number[][]

/** One layer of one picture. */
export interface DenseLayer {
  /** `[head][row][column]` over all tokens of the layer, 0 where no window has both. */
  attention: Dense[]
  gradient: Dense[]
  /** What each row's token is made of among the tokens before. */
  passed: Dense
  /** What each column's token is made of among the tokens before. */
  keys: Dense
  /** Whether a window has both the row and the column. */
  there: boolean[][]
  /** Entries of a head's matrices in columns of patches. */
  entries: number
  /** 1 for a column that is made of patches. */
  patch: number[]
}

export interface DenseChain {
  layers: DenseLayer[]
  /** The share of each token behind the last layer. */
  shares: number[]
  patches: number[]
}

const map = (a: Dense, f: (value: number, row: number, column: number) => number): Dense =>
  a.map((line, row) => line.map((value, column) => f(value, row, column)))
const zip = (a: Dense, b: Dense, f: (x: number, y: number) => number): Dense =>
  map(a, (value, row, column) => f(value, b[row]![column]!))
const add = (a: Dense, b: Dense) => zip(a, b, (x, y) => x + y)
const times = (a: Dense, factor: number) => map(a, (value) => value * factor)
const mean = (all: Dense[]): Dense => times(all.reduce(add), 1 / all.length)
const sum = (a: Dense, f: (value: number) => number) => a.flat().reduce((total, value) => total + f(value), 0)

export const product = (a: Dense, b: Dense): Dense =>
  a.map((line) => {
    const row = new Array<number>(b[0]!.length).fill(0)
    line.forEach((value, at) => {
      if (value !== 0) b[at]!.forEach((other, column) => (row[column]! += value * other))
    })
    return row
  })

const rown = (a: Dense): Dense =>
  a.map((line) => {
    const total = line.reduce((most, value) => most + Math.abs(value), 0)
    return line.map((value) => (total === 0 ? 0 : value / total))
  })

/** What a method fuses of a layer, what it adds to it, and whether it looks at the last layer alone. */
function recipe(
  method: MethodId,
  { layers }: DenseChain,
  { gmar, rollout }: MethodSettings,
): { fuse: (layer: DenseLayer) => Dense; kind: 'normalised' | 'additive' | 'direct'; alpha: number; first: number } {
  const score = ({ attention, gradient }: DenseLayer, head: number) => {
    const g = gradient[head]!
    if (method === 'gmar_taylor')
      return Math.abs(
        sum(
          zip(attention[head]!, g, (x, y) => x * y),
          (value) => value,
        ),
      )
    return method === 'gmar_l1' ? sum(g, Math.abs) : Math.sqrt(sum(g, (value) => value ** 2))
  }
  const total = (layer: DenseLayer) => layer.gradient.reduce((most, _, head) => most + score(layer, head), 0)
  const gated = ({ attention, gradient }: DenseLayer, f: (value: number) => number) =>
    mean(attention.map((a, head) => zip(a, gradient[head]!, (x, y) => f(x * y))))
  const relu = (value: number) => Math.max(value, 0)
  const plain = { kind: 'normalised', alpha: 1, first: 0 } as const
  switch (method) {
    case 'gmar_l1':
    case 'gmar_l2':
    case 'gmar_taylor': {
      const all = layers.reduce((most, layer) => most + total(layer), 0)
      const share = (layer: DenseLayer) => (gmar.scope === 'all' ? all : total(layer))
      return {
        ...{ kind: 'normalised', alpha: gmar.alpha, first: gmar.firstLayer },
        fuse: (layer) => layer.attention.map((a, head) => times(a, score(layer, head) / share(layer))).reduce(add),
      }
    }
    case 'rollout': {
      const fusion = {
        mean,
        max: (all: Dense[]) => all.reduce((a, b) => zip(a, b, Math.max)),
        min: (all: Dense[]) => all.reduce((a, b) => zip(a, b, Math.min)),
      }[rollout.fusion]
      return {
        ...plain,
        fuse: (layer) => {
          const fused = fusion(layer.attention)
          const count = Math.floor(layer.entries * rollout.discard)
          const here = fused.flatMap((line, row) =>
            line.flatMap((value, column) =>
              layer.patch[column] && layer.there[row]![column] ? [{ value, row, column }] : [],
            ),
          )
          here.sort((a, b) => a.value - b.value)
          for (const { row, column } of here.slice(0, count)) fused[row]![column] = 0
          return fused
        },
      }
    }
    case 'grad_rollout':
      return {
        ...plain,
        fuse: (layer) =>
          map(
            gated(layer, (value) => value),
            relu,
          ),
      }
    case 'chefer':
      return { ...plain, kind: 'additive', fuse: (layer) => gated(layer, relu) }
    case 'raw':
      return { ...plain, kind: 'direct', fuse: ({ attention }) => mean(attention) }
    case 'attn_grad':
      return { ...plain, kind: 'direct', fuse: (layer) => gated(layer, relu) }
    case 'attn_gradcam': {
      const weight = (g: Dense, { patch, entries }: DenseLayer) =>
        sum(
          map(g, (value, _row, column) => value * patch[column]!),
          (value) => value,
        ) / entries
      return {
        ...{ ...plain, kind: 'direct' },
        fuse: (layer) =>
          map(mean(layer.attention.map((a, head) => times(a, weight(layer.gradient[head]!, layer)))), relu),
      }
    }
  }
}

/** The map of a method, one value a patch. */
export function unfoldedRelevance(method: MethodId, chain: DenseChain, settings: MethodSettings): number[] {
  const { fuse, kind, alpha, first } = recipe(method, chain, settings)
  let row: Dense = [chain.shares]
  for (let at = chain.layers.length - 1; at >= 0; at--) {
    const layer = chain.layers[at]!
    const attended = () => product(fuse(layer), layer.keys)
    const last = at === chain.layers.length - 1
    if (kind === 'direct') row = product(row, last ? attended() : layer.passed)
    else if (at < first) row = product(row, layer.passed)
    else if (kind === 'additive') row = product(row, add(layer.passed, attended()))
    else row = product(row, rown(add(times(layer.passed, alpha), attended())))
  }
  return chain.patches.map((patch) => row[0]![patch]!)
}
