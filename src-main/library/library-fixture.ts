import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { type ModelInfo, type RunDefinition } from '@shared/api'
import { containerOf } from '../datasets/location'
import type { BatchResult } from '@shared/batch-result'
import type { Library } from './library'
import type { PendingSample } from './run/api'

/** A model of two layers, two heads and a grid of 2 x 3, with the classes Coat, Shirt and Bag. For tests. */
export const model: ModelInfo = {
  supported: true,
  reasons: [],
  layers: 2,
  heads: 2,
  tokens: 7,
  prefixTokens: 1,
  grid: [2, 3],
  input: { name: 'pixel_values', shape: ['batch', 3, 8, 12] },
  classes: 3,
  output: 'logits',
  outputs: [{ name: 'logits', shape: ['batch', 3], explainable: true }],
  task: 'single-label',
  ending: 'none',
  opset: 17,
  producer: 'test',
  dynamicBatch: true,
  readoutRows: [0],
  path: '/models/tiny.onnx',
  fileName: 'tiny.onnx',
  hash: 'ab',
  bytes: 1,
}

export function definitionOf(dataPath: string): RunDefinition {
  return {
    modelPath: model.path,
    dataPath,
    masksPath: null,
    methods: ['gmar_l1'],
    settings: DEFAULT_METHOD_SETTINGS,
    target: { kind: 'predicted' },
    preprocessing: {
      size: { height: 8, width: 12 },
      resize: { mode: 'exact', height: 8, width: 12, interpolation: 'bilinear' },
      centerCrop: null,
      rescale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 3,
      source: 'defaults',
    },
    labels: ['Coat', 'Shirt', 'Bag'],
    precision: 'fp32',
    provider: 'auto',
    batch: 'auto',
    limit: null,
    name: 'run',
  }
}

/** Two pictures of each of two labels. */
export const FOUR = ['Coat/1.png', 'Coat/2.png', 'Shirt/10.png', 'Shirt/9.png']

/** Begins a run over these pictures in a new project, `P.headlight` beside `images` in the folder. */
export async function beginIn(folder: string, library: Library, names: string[], limit: number | null = null) {
  const data = join(folder, 'images')
  await writeImages(data, names)
  await library.project.create({ path: join(folder, 'P.headlight') })
  return library.runs.begin({ definition: { ...definitionOf(data), limit }, model, certificate: null })
}

/** Writes an 8 x 6 picture at each path below a folder. */
export async function writeImages(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    await sharp({ create: { width: 8, height: 6, channels: 3, background: '#3a7' } })
      .png()
      .toFile(join(root, path))
  }
}

interface Outcome {
  predictions: number[]
  confidences?: number[]
  /** `[samples, 2, 2]` */
  headL1?: number[]
}

/** The batch that computing these files could have given: their true sizes and hashes, made-up numbers. */
export function batchOf(samples: readonly PendingSample[], outcome: Outcome): BatchResult {
  const contents = samples.map(({ file }) => readFileSync(containerOf(file)))
  return resultsOf(samples, contents, outcome)
}

/** The same for samples of any kind, whose contents are given. */
export function resultsOf(
  samples: readonly PendingSample[],
  contents: readonly Uint8Array[],
  { predictions, confidences, headL1 }: Outcome,
): BatchResult {
  const n = samples.length
  const values = (size: number, seed: number) =>
    Float32Array.from({ length: n * size }, (_, i) => ((i * 7 + seed) % 11) / 8)
  return {
    ids: Uint32Array.from(samples, ({ id }) => id),
    width: new Uint32Array(n).fill(8),
    height: new Uint32Array(n).fill(6),
    bytes: Float64Array.from(contents, (content) => content.byteLength),
    hash: contents.map((content) => createHash('sha256').update(content).digest('hex')),
    prediction: Int32Array.from(predictions),
    target: Int32Array.from(predictions),
    topK: 2,
    topClass: Int32Array.from(predictions.flatMap((prediction) => [prediction, (prediction + 1) % 3])),
    topLogit: Float32Array.from(predictions.flatMap(() => [2, 1])),
    topProbability: Float32Array.from(predictions.flatMap((_, i) => [confidences?.[i] ?? 0.75, 0.125])),
    layers: 2,
    heads: 2,
    grid: [2, 3],
    headL1: headL1 === undefined ? values(4, 1) : Float32Array.from(headL1),
    headL2: values(4, 3),
    headTaylor: values(4, 4).map((value) => value - 0.5),
    maps: [{ method: 'gmar_l1', values: values(6, 5) }],
    attention: null,
    localisation: [],
    unmeasured: [],
    errors: [],
    timing: { decodeMs: 1, inferMs: 1 },
  }
}
