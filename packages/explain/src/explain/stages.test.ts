/** Families with stages (MViT, MaxViT, Twins, PVT, DaViT, LeViT), small, against autograd: sites, scores, certificates, and that they have maps. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import { certify } from './certify'
import { openExplainer } from './explainer'
import { METHOD_IDS } from './method-catalogue'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/families/stages')
const array = (name: string) => {
  const file = join(folder, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}

type Site = [kind: string, heads: number, windows: number, rows: number, columns: number]
const window = (heads: number, windows: number): Site => ['window', heads, windows, 16, 16]
const FAMILIES: [family: string, sites: Site[], grid: [number, number]][] = [
  [
    'mvitv2',
    [
      ['pooled', 1, 1, 256, 16],
      ['global', 2, 1, 64, 64],
      ['pooled', 2, 1, 64, 16],
    ],
    [16, 16],
  ],
  ['maxvit', [window(2, 16), window(2, 16), window(4, 4), window(4, 4)], [16, 16]],
  ['twins', [window(2, 16), ['pooled', 2, 1, 256, 16], window(4, 4), ['pooled', 4, 1, 64, 16]], [16, 16]],
  [
    'pvt_v2',
    [
      ['pooled', 1, 1, 256, 4],
      ['pooled', 2, 1, 64, 4],
      ['pooled', 4, 1, 16, 4],
      ['global', 4, 1, 4, 4],
    ],
    [16, 16],
  ],
  ['davit', [window(2, 16), ['channel', 2, 1, 4, 4], window(4, 4), ['channel', 4, 1, 4, 4]], [16, 16]],
  [
    'levit',
    [
      ['global', 2, 1, 16, 16],
      ['pooled', 4, 1, 4, 16],
      ['global', 3, 1, 4, 4],
    ],
    [4, 4],
  ],
]

describe.each(FAMILIES)('%s', (family, sites, grid) => {
  const analysed = analyseModel(join(folder, family, 'model.onnx'), load)

  it('has its attentions and tokens', async () => {
    const { report } = await analysed
    expect(report.reasons).toEqual([])
    expect(report.noMaps).toBeUndefined()
    expect(
      report.sites!.map(({ kind, heads, windows, rows, columns }) => [kind, heads, windows, rows, columns]),
    ).toEqual(sites)
    expect(report.grid).toEqual(grid)
  })

  it('has the scores of autograd, and maps of every method', async () => {
    const explainer = await openExplainer(await analysed, load, { methods: METHOD_IDS, raw: false })
    const found = await explainer.explain(array('pixel_values'), { targets: [1, 4] })
    await explainer.release()
    expect(relativeError(found.logits.data, array(`${family}/logits`).data)).toBeLessThan(1e-5)
    const [batch, layers, heads] = found.headL1!.dims as [number, number, number]
    const wanted = readdirSync(join(folder, family)).filter((name) => name.startsWith('head_l1'))
    expect(layers).toBe(wanted.length)
    wanted.forEach((name, layer) => {
      const { dims, data } = array(`${family}/${name.replace('.npy', '')}`)
      expect(dims).toEqual([batch, sites[layer]![1]])
      const own = data.map(
        (_, at) => found.headL1!.data[(Math.floor(at / dims[1]!) * layers + layer) * heads + (at % dims[1]!)]!,
      )
      expect(relativeError(own, data)).toBeLessThan(1e-4)
    })
    for (const method of METHOD_IDS) {
      const map = found.maps[method]!
      expect(map.dims).toEqual([batch, grid[0] * grid[1]])
      expect(map.data.every(Number.isFinite), method).toBe(true)
      expect(new Set(map.data).size, method).toBeGreaterThan(1)
    }
  })

  it('has a certificate', async () => {
    expect((await certify(await analysed, load)).failures).toEqual([])
  })
})

it("LeViT's downsampling attention, which is added to nothing, is named", async () => {
  const { report } = await analyseModel(join(folder, 'levit/model.onnx'), load)
  expect(report.notes!.filter((note) => /residual/.test(note))).toEqual([
    expect.stringMatching(/^No residual connection .* of node '.*downsample.*'; rollout adds the identity there/),
  ])
})
