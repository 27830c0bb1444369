/** `evaluate` against the definitions written out plainly: the file's own logits of changed pictures, one at a time. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import type { EvaluationSummary } from '@shared/evaluation/summarise'
import { spearman } from '@shared/heatmap/agreement'
import { onnxRuntime } from '../compute/onnx-runtime'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const { folder, said, headlight } = commandLine()
const zoo = resolve('models/zoo/timm_vit_op17/model.onnx')
const model = join(folder, 'model.onnx')
const [images, masks, project] = ['images', 'masks', 'p.headlight'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]
const PICTURES = ['Bag/00018.jpg', 'Bag/00030.jpg', 'Shirt/00004.jpg']
const [SIDE, GRID, PATCHES, AREA] = [32, 4, 16, 1024]
const MEAN = [0.4, 0.5, 0.6]
const STD = [0.2, 0.25, 0.3]
const STEPS = 5

beforeAll(() => {
  cpSync(zoo, model)
  const config = { do_resize: true, size: { height: SIDE, width: SIDE }, resample: 2, do_rescale: true }
  const values = { rescale_factor: 1 / 255, do_normalize: true, image_mean: MEAN, image_std: STD }
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...config, ...values }))
  copyDemoPictures(PICTURES, images, (index) => PICTURES[index]!)
  // The last one has no mask.
  for (const path of PICTURES.slice(0, 2)) {
    const mask = path.replace('.jpg', '.png')
    cpSync(resolve('models/demo/masks', mask), join(masks, mask))
  }
})

const array = (file: string) => parseNpy(readFileSync(file), file) as { dims: number[]; data: Float32Array }

/** Patch of a pixel. */
const patchAt = (pixel: number) =>
  Math.floor(Math.floor(pixel / SIDE) / (SIDE / GRID)) * GRID + Math.floor((pixel % SIDE) / (SIDE / GRID))

/** What the definitions say of one picture and one map. */
async function byDefinition(x: Float32Array, map: Float32Array, p: (pixels: Float32Array) => Promise<number>) {
  const whole = await p(x)
  const order = [...map.keys()].sort((a, b) => map[b]! - map[a]! || a - b)
  const filled = (removed: number[], fill: (at: number) => number) =>
    x.map((value, at) => (removed.includes(patchAt(at % AREA)) ? fill(at) : value))
  const area = async (steps: number, removed: (k: number) => number[], fill: (at: number) => number) => {
    const ps: number[] = []
    for (let j = 0; j <= steps; j++) ps.push(await p(filled(removed(Math.floor((PATCHES * j) / steps + 0.5)), fill)))
    return ps.slice(1).reduce((sum, value, j) => sum + (value + ps[j]!) / 2 / steps, 0)
  }
  const first = (k: number) => order.slice(0, k)
  const rest = (k: number) => order.slice(k)
  const blur = plainBlur(x)
  const upsampled = plainUpsample(map)
  const [low, high] = [Math.min(...upsampled), Math.max(...upsampled)]
  const m = upsampled.map((value) => (value - low) / (high - low))
  const dark = await p(x.map((value, at) => value * m[at % AREA]!))
  const black = await p(
    x.map((value, at) => {
      const [mean, std] = [MEAN[Math.floor(at / AREA)]!, STD[Math.floor(at / AREA)]!]
      return ((value * std + mean) * m[at % AREA]! - mean) / std
    }),
  )
  const groups = Array.from({ length: 10 }, (_, k) =>
    order.slice(Math.floor((PATCHES * k) / 10), Math.floor((PATCHES * (k + 1)) / 10)),
  )
  const colour = [0, 1, 2].map(
    (c) => x.subarray(c * AREA, (c + 1) * AREA).reduce((sum, value) => sum + value, 0) / AREA,
  )
  const drops: number[] = []
  for (const group of groups) drops.push(whole - (await p(filled(group, (at) => colour[Math.floor(at / AREA)]!))))
  const salience = groups.map((group) => group.reduce((sum, patch) => sum + map[patch]!, 0) / group.length)
  let [signed, total] = [0, 0]
  for (let i = 0; i < 10; i++) {
    for (let j = i + 1; j < 10; j++) {
      const weight = salience[i]! - salience[j]!
      signed += drops[i]! >= drops[j]! ? weight : -weight
      total += Math.abs(weight)
    }
  }
  return {
    deletion_mean: await area(STEPS, first, () => 0),
    deletion_blur: await area(10, first, (at) => blur[at]!),
    insertion_mean: await area(STEPS, rest, () => 0),
    insertion_blur: await area(10, rest, (at) => blur[at]!),
    average_drop: (100 * Math.max(0, whole - dark)) / whole,
    increase: 100 * Number(dark > whole),
    average_gain: (100 * Math.max(0, dark - whole)) / (1 - whole),
    average_drop_black: (100 * Math.max(0, whole - black)) / whole,
    increase_black: 100 * Number(black > whole),
    average_gain_black: (100 * Math.max(0, black - whole)) / (1 - whole),
    saco: signed / total,
  }
}

function plainBlur(x: Float32Array): Float32Array {
  const sigma = SIDE / GRID
  const reach = Math.floor(3 * sigma + 0.5)
  const clamp = (at: number) => Math.min(SIDE - 1, Math.max(0, at))
  const weight = (dy: number, dx: number) => Math.exp(-(dy * dy + dx * dx) / (2 * sigma * sigma))
  return x.map((_, at) => {
    const [channel, y, xAt] = [Math.floor(at / AREA), Math.floor((at % AREA) / SIDE), at % SIDE]
    let [sum, weights] = [0, 0]
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        sum += weight(dy, dx) * x[channel * AREA + clamp(y + dy) * SIDE + clamp(xAt + dx)]!
        weights += weight(dy, dx)
      }
    }
    return sum / weights
  })
}

function plainUpsample(map: Float32Array): number[] {
  const cells = (pixel: number) => {
    const position = Math.max(0, ((pixel + 0.5) * GRID) / SIDE - 0.5)
    const low = Math.floor(position)
    return [low, Math.min(low + 1, GRID - 1), position - low] as const
  }
  return Array.from({ length: AREA }, (_, pixel) => {
    const [top, bottom, down] = cells(Math.floor(pixel / SIDE))
    const [left, right, across] = cells(pixel % SIDE)
    const between = (row: number) => map[row * GRID + left]! * (1 - across) + map[row * GRID + right]! * across
    return between(top) * (1 - down) + between(bottom) * down
  })
}

test('every metric is what its definition says, also once it is kept', async () => {
  const data = ['--data', images, '--masks', masks, '--project', project, '--provider', 'cpu']
  expect(await headlight('run', '--model', model, ...data, '--methods', 'rollout')).toBe(0)
  const asked = ['evaluate', '--project', project, '--methods', 'rollout,gmar_l1', '--steps', String(STEPS), '--json']
  expect(await headlight(...asked)).toBe(0)
  const { printed, noted } = said
  const found = JSON.parse(printed) as EvaluationSummary
  expect(found.n).toBe(PICTURES.length)

  const loaded = await onnxRuntime()({ bytes: readFileSync(model), dataFolder: null })
  const input = 'pixel_values'
  const sums = new Map<string, number>()
  const rollouts: Float32Array[] = []
  for (const path of PICTURES) {
    const out = join(folder, 'x.npy')
    expect(await headlight('pixels', model, join(images, path), '--out', out)).toBe(0)
    expect(await headlight('explain', model, '--input', out, '--out', folder, '--methods', 'rollout,gmar_l1')).toBe(0)
    const x = array(out).data
    const logits = async (pixels: Float32Array) => {
      const tensor = { type: 'float32' as const, dims: [1, 3, SIDE, SIDE], data: pixels }
      return [...((await loaded.run({ [input]: tensor }, ['logits'])).logits!.data as Float32Array)]
    }
    const unchanged = await logits(x)
    const c = unchanged.indexOf(Math.max(...unchanged))
    const p = async (pixels: Float32Array) => {
      const all = (await logits(pixels)).map(Math.exp)
      return all[c]! / all.reduce((sum, value) => sum + value, 0)
    }
    for (const method of ['rollout', 'gmar_l1']) {
      const map = array(join(folder, `map_${method}.npy`)).data
      if (method === 'rollout') rollouts.push(map)
      for (const [metric, value] of Object.entries(await byDefinition(x, map, p)))
        sums.set(`${metric} ${method}`, (sums.get(`${metric} ${method}`) ?? 0) + value / PICTURES.length)
    }
  }
  await loaded.release()
  for (const [name, mean] of sums) {
    const [metric = '', method = ''] = name.split(' ')
    expect(found.metrics[metric]![method]!.mean, name).toBeCloseTo(mean, 4)
  }
  const likeness = rollouts.map((map, at) => spearman(map, rollouts[(at + 1) % rollouts.length]!)!)
  const { randomisation_last: last, randomisation_all: all } = found.metrics
  expect(last!['rollout:next']!.mean).toBeCloseTo(
    likeness.reduce((sum, value) => sum + value / likeness.length, 0),
    5,
  )
  expect(all!['rollout:next']).toEqual(last!['rollout:next'])
  expect(last!['rollout:centre']!.mean).toBeLessThan(1)
  expect(all!.rollout!.mean).toBeLessThan(0.999)
  expect(all!.rollout!.mean).not.toBe(last!.rollout!.mean)
  const roadOf = (metric: string) => found.metrics[metric]!.rollout!.mean
  expect(roadOf('road_difference')).toBeCloseTo(roadOf('road_lerf') - roadOf('road_morf'), 6)
  // Classes of the zoo have no names, so no label is right or wrong.
  expect(found.metrics.road_accuracy_morf).toBeUndefined()
  expect(noted).toContain('none of them has a label')
  expect(found.metrics.energy!.rollout!.missing).toBe(1)
  expect(Object.keys(found.metrics.saco!)).toEqual(['gmar_l1', 'rollout', 'random', 'centre'])
  const [pair, { mean }] = Object.entries(found.differences.saco!)[0]!
  expect(pair).toBe('gmar_l1-rollout')
  expect(mean).toBeCloseTo(found.metrics.saco!.gmar_l1!.mean - found.metrics.saco!.rollout!.mean, 10)

  // Kept values need no model.
  rmSync(model)
  expect(await headlight(...asked)).toBe(0)
  expect(said.printed).toBe(printed)
})

test('what is not known is refused by name', async () => {
  expect(await headlight('evaluate', '--project', project, '--metrics', 'beauty')).toBe(2)
  expect(said.noted).toContain('--metrics knows deletion')
})
