/** Attention that is no chain of maps over the same tokens, against autograd: windows, stages, fewer keys, class attention. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import { certify } from './certify'
import { openExplainer } from './explainer'
import { sitesInWords, type SiteReport } from './report'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/families')
const array = (family: string, name: string) => {
  const file = join(folder, family, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}

type Shape = Omit<SiteReport, 'layer'>
const window = (heads: number, windows: number): Shape => ({ heads, rows: 16, columns: 16, windows, kind: 'window' })
const FAMILIES: [string, Shape[]][] = [
  ['swin', [window(2, 16), window(2, 16), window(4, 4), window(4, 4)]],
  // [batch * windows * heads, 16, 16].
  ['sam', [window(4, 4), window(4, 4), { heads: 4, rows: 64, columns: 64, windows: 1, kind: 'global' }]],
  [
    'segformer',
    [
      { heads: 1, rows: 256, columns: 4, windows: 1, kind: 'pooled' },
      { heads: 2, rows: 64, columns: 4, windows: 1, kind: 'pooled' },
      { heads: 2, rows: 16, columns: 4, windows: 1, kind: 'pooled' },
      { heads: 4, rows: 4, columns: 4, windows: 1, kind: 'global' },
    ],
  ],
  [
    'cait',
    [
      ...[0, 1, 2].map((): Shape => ({ heads: 4, rows: 16, columns: 16, windows: 1, kind: 'global' })),
      ...[3, 4].map((): Shape => ({ heads: 4, rows: 1, columns: 17, windows: 1, kind: 'class' })),
    ],
  ],
]

describe.each(FAMILIES)('%s', (family, shapes) => {
  const model = analyseModel(join(folder, family, 'model.onnx'), load)

  it('has a layer for each attention', async () => {
    const { report } = await model
    expect(report.reasons).toEqual([])
    expect(report.sites).toEqual(shapes.map((shape, layer) => ({ layer, ...shape })))
    expect(report).toMatchObject({ tokens: 0, supported: true })
  })

  it('has the scores and gradients of autograd for each of three pictures', async () => {
    const { report } = await model
    const explainer = await openExplainer(await model, load, { raw: true })
    const found = await explainer.explain(array(family, 'pixel_values'), { targets: [1, 9, 0] })
    await explainer.release()
    expect(relativeError(found.logits.data, array(family, 'logits').data)).toBeLessThan(1e-5)
    const { layers, heads } = report
    for (const { layer, heads: own } of report.sites!) {
      for (const norm of ['l1', 'l2'] as const) {
        const scores = (norm === 'l1' ? found.headL1 : found.headL2)!
        expect(scores.dims).toEqual([3, layers, heads])
        const wanted = array(family, `site_0${layer}_head_${norm}`)
        expect(wanted.dims).toEqual([3, own])
        const ofLayer = wanted.data.map(
          (_, at) => scores.data[(Math.floor(at / own) * layers + layer) * heads + (at % own)]!,
        )
        expect(relativeError(ofLayer, wanted.data)).toBeLessThan(1e-5)
      }
      for (const [name, arrays] of [
        ['gradient', found.siteGradient],
        ['attention', found.siteAttention],
      ] as const) {
        const wanted = array(family, `site_0${layer}_${name}`)
        expect(arrays![layer]!.dims).toEqual(wanted.dims)
        expect(relativeError(arrays![layer]!.data, wanted.data)).toBeLessThan(1e-4)
      }
    }
  })

  it('has a certificate of every head', async () => {
    const certificate = await certify(await model, load)
    expect(certificate.failures).toEqual([])
    expect(certificate.heads).toHaveLength(shapes.reduce((sum, { heads }) => sum + heads, 0))
  })
})

it('layers that are alike are said together', () => {
  const sites = FAMILIES.map(([, shapes]) => shapes.map((shape, layer) => ({ layer, ...shape })))
  expect(sites.map(sitesInWords)).toEqual([
    ['layers 0 and 1: 16 windows of 16 x 16', 'layers 2 and 3: 4 windows of 16 x 16'],
    ['layers 0 and 1: 4 windows of 16 x 16', 'layer 2: 64 x 64'],
    [
      'layer 0: 256 x 4, fewer keys than queries',
      'layer 1: 64 x 4, fewer keys than queries',
      'layer 2: 16 x 4, fewer keys than queries',
      'layer 3: 4 x 4',
    ],
    ['layers 0 to 2: 16 x 16', 'layers 3 and 4: 1 x 17, a single query'],
  ])
})
