/** Class vectors beside image towers of CLIP, SigLIP and DINOv2 that give features, against autograd. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parseNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { relativeError } from '../testing/zoo'
import { analyseModel } from './analyse'
import type { AnalyseOptions } from './analyse-options'
import { certify } from './certify'
import { checkClassVectors, classLogits, type ClassVectors } from './class-vectors'
import { openExplainer } from './explainer'
import type { FeatureReadout } from './report'

const load = onnxRuntime()
const folder = join(import.meta.dirname, 'fixtures/features')
const array = (name: string) => {
  const file = join(folder, `${name}.npy`)
  return parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }
}
const analyse = (model: string, options?: AnalyseOptions) =>
  analyseModel(join(folder, model, 'model.onnx'), load, options)

function vectorsOf(model: string, others: Partial<ClassVectors> = {}): ClassVectors {
  const { dims, data } = array(`${model}/vectors`)
  const names = Array.from({ length: dims[0]! }, (_, index) => `kind ${index}`)
  const parts = { names, width: dims[1]!, values: data, scale: null, bias: null }
  return { source: 'classes.npz', kind: 'cosine', ...parts, ...others }
}

/** The first values of each vector, as for features that are narrower. */
function narrowed(vectors: ClassVectors, width: number): ClassVectors {
  const values = Float32Array.from({ length: vectors.names.length * width }, (_, at) => {
    return vectors.values[Math.floor(at / width) * vectors.width + (at % width)]!
  })
  return { ...vectors, width, values }
}

const probe = (readout: FeatureReadout): AnalyseOptions => {
  const vectors = vectorsOf('dinov2', { kind: 'linear', bias: Float64Array.from(array('dinov2/bias').data) })
  return { classes: readout === 'cls+mean' ? vectors : narrowed(vectors, 16), features: readout }
}

const CASES: [model: string, reference: string, options: AnalyseOptions, output: string][] = [
  ['clip', 'cosine', { classes: vectorsOf('clip', { scale: 100 }) }, 'image_embeds'],
  [
    'siglip',
    'cosine',
    { classes: vectorsOf('siglip', { scale: 10, bias: new Float64Array(5).fill(-10) }) },
    'pooler_output',
  ],
  ['dinov2', 'cls', probe('cls'), 'last_hidden_state'],
  ['dinov2', 'mean', probe('mean'), 'last_hidden_state'],
  ['dinov2', 'cls+mean', probe('cls+mean'), 'last_hidden_state'],
]

describe.each(CASES)('%s, %s', (name, kind, options, output) => {
  it('logits, A and G are autograd’s, and the certificate passes', async () => {
    const model = await analyse(name, options)
    expect(model.report.reasons).toEqual([])
    expect(model.report).toMatchObject({
      classes: 5,
      output,
      task: 'single-label',
      classVectors: { source: 'classes.npz' },
    })
    expect(model.report.notes!.join(' ')).toContain('classes.npz')
    const explainer = await openExplainer(model, load, { methods: ['gmar_l1'], raw: true })
    const found = await explainer.explain(array('pixel_values'), { targets: [1, 4, 0] })
    await explainer.release()
    for (const [what, values] of Object.entries({
      logits: found.logits,
      attention: found.attention!,
      gradient: found.gradient!,
    })) {
      const { dims, data } = array(`${name}/${kind}_${what}`)
      expect(values.dims).toEqual(dims)
      expect(relativeError(values.data, data), what).toBeLessThan(1e-5)
    }
    const certificate = await certify(model, load)
    expect(certificate.failures).toEqual([])
    expect(certificate.precision).toBe('float64')
    expect(certificate.logitError).toBeLessThan(1e-5)
  })
})

test('a wrong head is found by the certificate: it multiplies the file’s own features outside the graph', async () => {
  const options = { classes: vectorsOf('clip', { scale: 100 }) }
  const model = await analyse('clip', options)
  model.anatomy!.head!.vectors = { ...options.classes, scale: 99 }
  const { passed, failures } = await certify(model, load)
  expect(passed).toBe(false)
  expect(failures[0]).toMatch(/logits differ/)
})

test('contrasts, and one vector as the logit z of a binary model', async () => {
  const all = vectorsOf('clip')
  const model = await analyse('clip', { classes: { ...all, names: ['kind 0'], values: all.values.slice(0, 12) } })
  expect(model.report).toMatchObject({ classes: 2, task: 'binary' })
  expect((await certify(model, load)).failures).toEqual([])
  const { failures } = await certify(await analyse('clip', { classes: all }), load, { contrast: [3, 1] })
  expect(failures).toEqual([])
})

test('a model of features without vectors says what would make classes of them', async () => {
  const clip = await analyse('clip')
  expect(clip.report.notes!.join(' ')).toMatch(/'image_embeds' holds features and no classes.*--classes FILE/)
  expect(clip.report.features).toEqual([
    { name: 'image_embeds', width: 12, tokens: null },
    { name: 'last_hidden_state', width: 16, tokens: 10 },
  ])
  const { report } = await analyse('dinov2')
  expect(report.reasons[0]).toMatch(/--classes FILE.*--features cls, mean or cls\+mean.*'last_hidden_state'/)
})

describe('what does not fit is said, with what to do', () => {
  const clip = vectorsOf('clip')
  const cases: [string, string, AnalyseOptions, RegExp][] = [
    ['another width', 'clip', { classes: narrowed(clip, 8) }, /have 8 values.*'image_embeds' \[batch, 12\].*--output/],
    [
      'tokens without a read-out',
      'clip',
      { classes: vectorsOf('siglip') },
      /vector for each token; say with --features/,
    ],
    ['tokens by name', 'dinov2', { ...probe('cls'), features: undefined }, /--features how they become one/],
    ['a read-out of one vector', 'clip', { classes: clip, output: 'image_embeds', features: 'cls' }, /leave it out/],
    ['an output that is not there', 'clip', { classes: clip, output: 'x' }, /no output 'x'.*'image_embeds'/],
    ['half of what cls+mean gives', 'dinov2', { ...probe('cls'), features: 'cls+mean' }, /twice as many/],
    ['a read-out without vectors', 'dinov2', { features: 'cls' }, /needs class vectors/],
  ]
  it.each(cases)('%s', async (_, model, options, message) => {
    await expect(analyse(model, options)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    })
  })

  const bad: [string, Partial<ClassVectors>, RegExp][] = [
    ['names that do not fit', { names: ['a', 'b'] }, /5 vectors and 2 names/],
    ['a name twice', { names: ['a', 'b', 'a', 'c', 'd'] }, /'a' 2 times/],
    ['an empty name', { names: ['a', ' ', 'c', 'd', 'e'] }, /no name for vector 1/],
    [
      'NaN',
      { values: clip.values.map((value, at) => (at === 13 ? NaN : value)) },
      /NaN at place 1 of the vector of 'kind 1'/,
    ],
    ['zeros under cosine', { values: clip.values.map((value, at) => (at < 12 ? 0 : value)) }, /zeros for 'kind 0'/],
    ['a scale of 0', { scale: 0 }, /scale 0.*positive/],
    ['biases', { bias: new Float64Array(3) }, /3 biases for 5 classes/],
    ['nothing', { names: [], values: new Float32Array() }, /no class vectors/],
  ]
  it.each(bad)('%s', (_, change, message) => {
    expect(() => checkClassVectors({ ...clip, ...change })).toThrow(message)
  })
  it('zeros of a linear probe are weights like others', () => {
    checkClassVectors({ ...clip, kind: 'linear', values: new Float32Array(60) })
  })
})

test('features of length 0 give cosines of 0, as with torch.nn.functional.normalize', () => {
  expect([...classLogits(new Float32Array(12), vectorsOf('clip', { scale: 5 }))]).toEqual([0, 0, 0, 0, 0])
})
