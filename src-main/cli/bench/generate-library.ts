import { join, resolve } from 'node:path'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { type ModelInfo, type RunDefinition, type RunInfo } from '@shared/api'
import { seeded } from '@headlight/explain/random'
import { Project } from '../../library/project/project'
import { ensureQuantity, writeQuantity } from '../../library/quantities/quantities'
import { commitBatch } from '../../library/run/commit-batch'
import { enrolSamples } from '../../library/run/enrol-samples'
import { ensureRun, readRun, writeMapPrecision, writeRunState } from '../../library/run/run-records'
import { ensureDataset, registerSamples } from '../../library/samples/sample-keys'
import { metricKey } from '../../runs/evaluation/kept-values'
import { annotateSamples } from './annotate-samples'
import { LikelyResults } from './likely-results'
import { type Pictures, writePictures } from './write-pictures'

const CLASSES = 1000
const BATCH = 512
const METHODS = ['gmar_l1', 'rollout'] as const

/**
 * Writes a project of `samples` samples as a run of a ViT-B/16 over 1,000 classes leaves it: 12 x 12 heads, a grid of
 * 14 x 14, two maps. The code that writes it is that of real runs: the same listing, the same batches, the same
 * transactions; only the numbers are made up. 20,000 samples are annotated. Gives the seconds that listing and
 * committing took.
 */
export async function generateLibrary(
  path: string,
  samples: number,
  pictures: Pictures,
  report: (phase: string, done: number) => void,
): Promise<{ listSeconds: number; commitSeconds: number }> {
  const root = resolve(path).replace(/\.headlight$/, '') + ' images'
  await writePictures(root, samples, pictures, (index) => pathOf(index, samples))
  const project = Project.create(path)
  try {
    const started = performance.now()
    const run = await enrol(project, root, samples)
    const enrolled = performance.now()
    const ids = project.cache
      .prepare<[number], number>(`SELECT sample_id FROM run_sample WHERE run_id = ? ORDER BY sample_id`)
      .pluck()
      .all(run.id)
    const results = new LikelyResults(run, (index) => classOf(index, samples))
    for (let start = 0; start < ids.length; start += BATCH) {
      commitBatch(project, run, results.batch(ids.slice(start, start + BATCH), start))
      if (start % (BATCH * 20) === 0) report('Committing', start)
    }
    writeMeasured(project, run.id, Uint32Array.from(ids))
    writeRunState(project, run.id, 'finished', null)
    const committed = performance.now()
    annotateSamples(project, ids, run.name)
    return { listSeconds: (enrolled - started) / 1000, commitSeconds: (committed - enrolled) / 1000 }
  } finally {
    await project.close()
  }
}

/** Two metrics of both maps, as evaluations of every sample leave them. */
function writeMeasured({ cache }: Project, runId: number, ids: Uint32Array): void {
  const random = seeded(8)
  for (const name of ['saco', 'deletion_mean'] as const) {
    for (const method of METHODS) {
      const { key } = metricKey(name, name, method, { steps: 20, selection: '' })
      const id = ensureQuantity(cache, runId, key, 'float32')
      writeQuantity(
        cache,
        id,
        ids,
        Float32Array.from(ids, () => 2 * random() - 1),
      )
    }
  }
}

/** As long as the paths of ImageNet are; in order of their index. */
function pathOf(index: number, samples: number): string {
  const folder = folderOf(classOf(index, samples))
  return `${folder}/ILSVRC2012_train_${String(index).padStart(8, '0')}.JPEG`
}

const classOf = (index: number, samples: number) => Math.floor((index * CLASSES) / samples)
const folderOf = (classIndex: number) => `n${String(classIndex + 1_440_000).padStart(8, '0')}`

async function enrol(project: Project, root: string, samples: number): Promise<RunInfo> {
  const model = modelOf()
  const definition = definitionOf(root)
  const datasetId = ensureDataset(project, root)
  const listed = Array.from({ length: samples }, (_, index) => {
    const path = pathOf(index, samples)
    const label = folderOf(classOf(index, samples))
    return { path, label, split: 'train', location: join(root, path), mask: null, metadata: null }
  })
  const registered = await registerSamples(project, datasetId, root, listed, 'folder level 1')
  const runId = ensureRun(project, datasetId, definition, model, null)
  const enrolled = registered.map(({ id, location }, index) => {
    const label = classOf(index, samples)
    return { id, file: location, label, datasetLabel: folderOf(label), split: 'train', mask: null }
  })
  enrolSamples(project, runId, enrolled, null)
  writeMapPrecision(project, runId)
  return readRun(project, runId)
}

function modelOf(): ModelInfo {
  return {
    supported: true,
    reasons: [],
    layers: 12,
    heads: 12,
    tokens: 197,
    prefixTokens: 1,
    grid: [14, 14],
    input: { name: 'pixel_values', shape: ['batch', 3, 224, 224] },
    classes: CLASSES,
    output: 'logits',
    outputs: [{ name: 'logits', shape: ['batch', CLASSES], explainable: true }],
    task: 'single-label',
    ending: 'none',
    opset: 17,
    producer: 'bench',
    dynamicBatch: true,
    readoutRows: [0],
    path: '/bench/vit-base-patch16-224.onnx',
    fileName: 'vit-base-patch16-224.onnx',
    hash: 'bench',
    bytes: 346_000_000,
  }
}

function definitionOf(dataPath: string): RunDefinition {
  return {
    modelPath: modelOf().path,
    dataPath,
    masksPath: null,
    methods: [...METHODS],
    settings: DEFAULT_METHOD_SETTINGS,
    target: { kind: 'predicted' },
    preprocessing: {
      size: { height: 224, width: 224 },
      resize: { mode: 'exact', height: 224, width: 224, interpolation: 'bilinear' },
      centerCrop: null,
      rescale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channels: 3,
      source: 'defaults',
    },
    labels: Array.from({ length: CLASSES }, (_, index) => folderOf(index)),
    precision: 'fp32',
    provider: 'cpu',
    batch: BATCH,
    limit: null,
    name: 'A million',
  }
}
