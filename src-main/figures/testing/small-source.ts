import sharp from 'sharp'
import type { HeadGroup, RunInfo, SampleRow } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { NO_CONTRAST } from '@shared/target-classes'
import { contrastsWithLabel } from '@shared/targets'
import type { FigureSource, PatchMap } from '../source'

const GRID: [number, number] = [4, 6]
const CLASSES = ['T-shirt_top', 'Shirt & <Coat>']
const LAYERS = 2
const HEADS = 3

/** A run of a model with inputs of 48 x 32 pixels over four samples, whose values follow from their numbers alone. */
export function smallSource(): FigureSource {
  const rows = [0, 1, 2, 3].map(sampleRow)
  return {
    run: async (name) => (name === '2' ? { ...smallRun, id: 2, name: 'Second' } : smallRun),
    samples: async (_run, selection) =>
      'paths' in selection ? rows.filter(({ path }) => selection.paths.includes(path)) : rows.slice(0, selection.limit),
    picture: async (_run, id) => checkered(id),
    map: async (run, id, method) => (id === 3 ? null : ramp(id + method.length + 5 * (run.id - 1))),
    explainedMap: async (_run, id, method, target) => {
      if (contrastsWithLabel(target) && id !== 0) throw new HeadlightError('no-contrast', NO_CONTRAST)
      return ramp(id + method.length + target.kind.length)
    },
    attention: async (_run, id, layer, head, patch) => ramp(id + layer * 10 + head + (patch ?? 0)),
    mask: async (_run, id) => (id === 0 ? null : checkered(id)),
    heads: async (_run, by, _filter, norm) => ({
      layers: LAYERS,
      heads: HEADS,
      norm,
      groups: (by === 'all' ? ['All samples'] : CLASSES).map(headGroup),
    }),
    difference: async (_run, _a, _b, _norm, stratified) => ({
      layers: LAYERS,
      heads: HEADS,
      countA: 3,
      countB: 1,
      strata: stratified ? 2 : null,
      cohenD: Float32Array.of(-1, 0, 1, 0.5, -0.5, 0),
      p: Float32Array.of(0.001, 1, 0.01, 0.2, 0.2, 1),
      q: Float32Array.of(0.006, 1, 0.03, 0.3, 0.3, 1),
    }),
    confusion: async () => ({ classes: 2, counts: Uint32Array.of(2, 1, 0, 1), labels: null }),
    localisation: async () => [
      { method: 'gmar_l1', ...MASKED, pointing: 0.75, energy: 0.5, iou: 0.25 },
      { method: 'rollout', ...MASKED, pointing: 0.5, energy: 0.6, iou: 0.25 },
    ],
  }
}

const MASKED = {
  count: 4,
  rule: 'binary mask, 255 inside',
  without: { noLabel: 0, unreadable: 0, 'other-values': 0, empty: 2, 'out-of-sight': 0, notKept: 0 },
}

const smallRun = {
  id: 1,
  name: 'Small',
  done: 4,
  labelled: 4,
  correct: 3,
  provider: 'cpu',
  certificate: null,
  definition: {
    labels: CLASSES,
    methods: ['gmar_l1', 'rollout'],
    target: { kind: 'predicted' },
    settings: {},
    precision: 'fp32',
  },
  model: {
    fileName: 'small.onnx',
    hash: 'ab'.repeat(32),
    layers: LAYERS,
    heads: HEADS,
    classes: 2,
    grid: GRID,
    input: { name: 'pixels', shape: ['batch', 3, 32, 48] },
  },
} as unknown as RunInfo

function sampleRow(id: number): SampleRow {
  return {
    id,
    path: `Shirt/${id}.png`,
    width: 48,
    height: 32,
    label: 1,
    labelName: 'Shirt & <Coat>',
    prediction: id === 0 ? 0 : 1,
    confidence: 0.9,
    correct: id !== 0,
    error: null,
  } as SampleRow
}

function ramp(start: number): PatchMap {
  return { grid: GRID, values: Float32Array.from({ length: GRID[0] * GRID[1] }, (_, i) => (start + i) / 100) }
}

async function checkered(id: number): Promise<Uint8Array> {
  const rgb = Uint8Array.from({ length: 48 * 32 * 3 }, (_, i) => ((Math.floor(i / 24) + id) % 2) * 200 + 20)
  return sharp(rgb, { raw: { width: 48, height: 32, channels: 3 } })
    .png()
    .toBuffer()
}

function headGroup(name: string, index: number): HeadGroup {
  const values = (scale: number) =>
    Float32Array.from({ length: LAYERS * HEADS }, (_, i) => ((i + index + 1) * scale) / 10)
  return {
    key: String(index),
    name,
    count: 2,
    mean: values(1),
    std: values(0.1),
    topShare: values(0.5),
    quantiles: Float32Array.from([0.5, 0.8, 1, 1.2, 1.5].flatMap((scale) => [...values(scale)])),
  }
}
