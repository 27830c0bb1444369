/**
 * Maps of attention over windows, stages, pooled keys and a class token, against METHODS in plain numbers: every N x N matrix is made
 * from autograd's A and G and from where the fixtures say that windows and keys lie.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import { chainLayerMaps, chainMap, type ChainArrays } from './chain-maps'
import { openExplainer } from './explainer'
import { METHOD_IDS } from './method-catalogue'
import { DEFAULT_METHOD_SETTINGS, type MethodSettings } from './report'
import { product, unfoldedRelevance, type Dense, type DenseChain, type DenseLayer } from './testing/dense-unfolded'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/families')
const array = (family: string, name: string) => {
  const file = join(folder, family, `${name}.npy`)
  const { dims, data } = parseNpy(readFileSync(file), file)
  return { dims, data: Float32Array.from(data as ArrayLike<number | bigint>, Number) }
}
const TARGETS = [1, 9, 0]

const zeros = (rows: number, columns: number): Dense =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0))
const identity = (size: number): Dense =>
  zeros(size, size).map((line, row) => line.map((_, column) => Number(row === column)))

/** Each of `[tokens, parts]` an equal share of its parts that are there. */
function shares({ dims: [tokens, parts], data }: { dims: number[]; data: Float32Array }, of: number): Dense {
  const found = zeros(tokens!, of)
  for (let token = 0; token < tokens!; token++) {
    const made = [...data.subarray(token * parts!, (token + 1) * parts!)].filter((part) => part >= 0)
    for (const part of made) found[token]![part]! += 1 / made.length
  }
  return found
}

/** `[head][row][column]` of a picture; `rows` and `columns` say which token each place of each window is. */
function heads(
  { dims, data }: { dims: number[]; data: Float32Array },
  picture: number,
  {
    windows,
    count,
    rows,
    columns,
    size,
  }: Record<'windows' | 'count', number> & {
    rows: (window: number, place: number) => number
    columns: (window: number, place: number) => number
    size: [number, number]
  },
): Dense[] {
  const [height, width] = dims.slice(-2) as [number, number]
  return Array.from({ length: count }, (_, head) => {
    const matrix = zeros(...size)
    for (let window = 0; window < windows; window++) {
      const start = ((picture * windows + window) * count + head) * height * width
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          matrix[rows(window, row)]![columns(window, column)] = data[start + row * width + column]!
    }
    return matrix
  })
}

interface Layout {
  count: number
  /** Tokens of rows and of columns. */
  size: [number, number]
  passed: Dense
  keys: Dense
  /** The token of each place of each window, row by row; all in order where there is one window. */
  windows?: { dims: number[]; data: Float32Array }
  /** Tokens of columns that are no patches, first. */
  own?: number
  first?: number
}

function layer(family: string, site: number, picture: number, layout: Layout): DenseLayer {
  const { count, size, windows, own = 0, first = 0 } = layout
  const length = windows?.dims[1] ?? 0
  const place = (start: number) => (window: number, at: number) =>
    windows ? windows.data[window * length + at]! : start + at
  const lies = {
    ...{ count, size, windows: windows?.dims[0] ?? 1 },
    ...{ rows: place(first), columns: place(size[1] > 1 && own > 0 && first === own ? first : 0) },
  }
  const there = zeros(...size).map((line) => line.map(() => false))
  const read = (name: string) => heads(array(family, `site_0${site}_${name}`), picture, lies)
  const attention = read('attention')
  const dims = array(family, `site_0${site}_attention`).dims
  const columns = dims.at(-1)!
  for (let window = 0; window < lies.windows; window++)
    for (let row = 0; row < dims.at(-2)!; row++)
      for (let column = 0; column < columns; column++)
        there[lies.rows(window, row)]![lies.columns(window, column)] = true
  return {
    ...{ there, attention, gradient: read('gradient'), passed: layout.passed, keys: layout.keys },
    entries: lies.windows * dims.at(-2)! * (first === own ? columns : columns - own),
    patch: Array.from({ length: size[1] }, (_, at) => Number(at >= own)),
  }
}

const range = (length: number, start = 0) => Array.from({ length }, (_, at) => start + at)
const equal = (tokens: number) => new Array<number>(tokens).fill(1 / tokens)

const FAMILIES: Record<string, (picture: number) => DenseChain> = {
  swin: (picture) => {
    const merge = shares(array('swin', 'merge_0_1'), 256)
    const perm = (site: number) => array('swin', `site_0${site}_perm`)
    return {
      layers: range(4).map((site) => {
        const [tokens, count] = site < 2 ? [256, 2] : [64, 4]
        const made = site === 2 ? merge : identity(tokens)
        return layer('swin', site, picture, {
          ...{ count, size: [tokens, tokens], passed: made, keys: made, windows: perm(site) },
        })
      }),
      ...{ shares: equal(64), patches: range(256) },
    }
  },
  sam: (picture) => ({
    layers: range(3).map((site) =>
      layer('sam', site, picture, {
        ...{ count: 4, size: [64, 64], passed: identity(64), keys: identity(64) },
        ...(site < 2 && { windows: array('sam', `site_0${site}_perm`) }),
      }),
    ),
    ...{ shares: equal(64), patches: range(64) },
  }),
  segformer: (picture) => ({
    layers: range(4).map((site) => {
      const tokens = [256, 64, 16, 4]
      const [own, before] = [tokens[site]!, tokens[site - 1] ?? tokens[0]!]
      const passed = site === 0 ? identity(own) : shares(array('segformer', `merge_${site - 1}_${site}`), before)
      const keys = site === 3 ? identity(4) : shares(array('segformer', `site_0${site}_keytokens`), own)
      return layer('segformer', site, picture, {
        ...{ count: [1, 2, 2, 4][site]!, size: [own, keys.length], passed, keys: product(keys, passed) },
      })
    }),
    ...{ shares: equal(4), patches: range(256) },
  }),
  cait: (picture) => ({
    layers: range(5).map((site) =>
      layer('cait', site, picture, {
        ...{ count: 4, size: [17, 17], passed: identity(17), keys: identity(17), own: 1, first: site < 3 ? 1 : 0 },
      }),
    ),
    shares: [1, ...new Array<number>(16).fill(0)],
    patches: range(16, 1),
  }),
}

const SETTINGS: [string, MethodSettings][] = [
  ['as they are', DEFAULT_METHOD_SETTINGS],
  ['other settings', { gmar: { alpha: 0.5, scope: 'all', firstLayer: 1 }, rollout: { fusion: 'max', discard: 0.3 } }],
  ['no identity', { gmar: { alpha: 0, scope: 'layer', firstLayer: 0 }, rollout: { fusion: 'min', discard: 0 } }],
]

describe.each(Object.keys(FAMILIES))('%s', (family) => {
  const analysed = analyseModel(join(folder, family, 'model.onnx'), load)

  it.each(SETTINGS)('has the maps of METHODS with settings %s', async (_, settings) => {
    const model = await analysed
    expect(model.report.noMaps).toBeUndefined()
    const explainer = await openExplainer(model, load, { methods: METHOD_IDS, settings, raw: true })
    const found = await explainer.explain(array(family, 'pixel_values'), { targets: TARGETS })
    await explainer.release()
    const { maps } = found
    const part = ({ data }: { data: Float32Array }) => data.subarray(0, data.length / TARGETS.length)
    const first: ChainArrays = {
      ...{ ...model.report, chain: model.anatomy!.chain! },
      ...{ attention: found.siteAttention!.map(part), gradient: found.siteGradient!.map(part) },
      ...{ headL1: part(found.headL1!), headL2: part(found.headL2!), headTaylor: part(found.headTaylor!) },
    }
    for (const method of METHOD_IDS) {
      const wanted = TARGETS.flatMap((_target, picture) =>
        unfoldedRelevance(method, FAMILIES[family]!(picture), settings),
      )
      const patches = wanted.length / TARGETS.length
      expect(maps[method]!.dims).toEqual([3, patches])
      expect(relativeError(maps[method]!.data, Float32Array.from(wanted)), method).toBeLessThan(1e-5)
      const own = Float32Array.from(wanted.slice(0, patches))
      expect(relativeError(chainMap(method, first, settings), own), method).toBeLessThan(1e-5)
      const layers = chainLayerMaps(method, first, settings)
      expect(relativeError(layers.subarray(-patches), own), method).toBeLessThan(1e-5)
    }
  })
})

it('the map of a Swin is the one that was made with PyTorch', async () => {
  const explainer = await openExplainer(await analyseModel(join(folder, 'swin/model.onnx'), load), load, {
    methods: ['gmar_l1'],
  })
  const { maps } = await explainer.explain(array('swin', 'pixel_values'), { targets: TARGETS })
  await explainer.release()
  expect(relativeError(maps.gmar_l1!.data, array('swin', 'map_gmar_l1_unfolded').data)).toBeLessThan(1e-5)
})

it('the maps of a Hiera, whose queries are pooled within windows, are those that were made with PyTorch', async () => {
  const model = await analyseModel(join(folder, 'hiera/model.onnx'), load)
  expect(model.report).toMatchObject({ grid: [16, 16], readoutRows: range(4) })
  const methods = ['gmar_l1', 'rollout', 'chefer'] as const
  const explainer = await openExplainer(model, load, { methods })
  const { maps } = await explainer.explain(array('hiera', 'pixel_values'), { targets: [1, 4] })
  await explainer.release()
  for (const method of methods)
    expect(relativeError(maps[method]!.data, array('hiera', `map_${method}`).data), method).toBeLessThan(1e-5)
})
