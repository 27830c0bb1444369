/** `ablate` against plain loops over the gated graph, one picture and one set of heads at a time. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { analyseModel, type HeadFill } from '@headlight/explain'
import { parseNpy } from '@headlight/explain/files'
import type { AblationSummary } from '@shared/evaluation/ablation-summary'
import { onnxRuntime } from '../compute/onnx-runtime'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const { folder, said, headlight } = commandLine()
const model = join(folder, 'model.onnx')
const [images, project] = [join(folder, 'images'), join(folder, 'p.headlight')]
const PICTURES = ['Bag/00018.jpg', 'Bag/00030.jpg', 'Shirt/00004.jpg', 'Shirt/00007.jpg']
const [LAYERS, HEADS, SIDE] = [3, 4, 32]
const NAMES = ['Bag', 'Shirt', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']

beforeAll(async () => {
  cpSync(resolve('models/zoo/timm_vit_op17/model.onnx'), model)
  const id2label = Object.fromEntries(NAMES.map((name, at) => [at, name]))
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ id2label }))
  const config = { do_resize: true, size: { height: SIDE, width: SIDE }, resample: 2, do_rescale: true }
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...config, rescale_factor: 1 / 255 }))
  copyDemoPictures(PICTURES, images, (index) => PICTURES[index]!)
  const data = ['--data', images, '--project', project, '--provider', 'cpu', '--methods', 'rollout']
  expect(await headlight('run', '--model', model, ...data)).toBe(0)
})

/** Logits of the pictures with these heads switched off. */
async function logitsWithout(heads: number[], fill: HeadFill, pictures: Float32Array[]): Promise<number[][]> {
  const { compileGated } = await analyseModel(model, onnxRuntime())
  const graph = compileGated(fill)
  const loaded = await onnxRuntime()(graph)
  const gates = new Float32Array(LAYERS * HEADS).fill(1)
  for (const head of heads) gates[head] = 0
  const found: number[][] = []
  for (const data of pictures) {
    const feeds = {
      [graph.imageInput]: { type: 'float32' as const, dims: [1, 3, SIDE, SIDE], data },
      [graph.gatesInput]: { type: 'float32' as const, dims: [1, LAYERS, HEADS], data: gates },
    }
    found.push([...((await loaded.run(feeds, [graph.logits]))[graph.logits]!.data as Float32Array)])
  }
  await loaded.release()
  return found
}

const highest = (values: number[]) => values.indexOf(Math.max(...values))

test('effects, curves and agreement are what the definitions say, also once they are kept', async () => {
  const asked = ['ablate', '--project', project, '--json']
  expect(await headlight(...asked)).toBe(0)
  const { printed } = said
  const found = JSON.parse(printed) as AblationSummary
  expect(found).toMatchObject({ n: PICTURES.length, kind: 'zero' })
  const pictures: Float32Array[] = []
  for (const path of PICTURES) {
    const out = join(folder, 'x.npy')
    expect(await headlight('pixels', model, join(images, path), '--out', out)).toBe(0)
    pictures.push(parseNpy(readFileSync(out), out).data as Float32Array)
  }
  const zero: HeadFill = { kind: 'zero' }
  const whole = await logitsWithout([], zero, pictures)
  const labels = PICTURES.map((path) => NAMES.indexOf(path.split('/')[0]!))
  const accuracy = (logits: number[][]) =>
    logits.filter((row, at) => highest(row) === labels[at]).length / labels.length
  const effects: number[] = []
  for (let head = 0; head < LAYERS * HEADS; head++) {
    const off = await logitsWithout([head], zero, pictures)
    const lost = whole.map((row, at) => row[highest(row)]! - off[at]![highest(row)]!)
    const effect = found.heads[head]!
    expect([effect.layer, effect.head]).toEqual([Math.floor(head / HEADS), head % HEADS])
    expect(effect.deltaLogit).toBeCloseTo(
      lost.reduce((sum, value) => sum + value / lost.length, 0),
      5,
    )
    const absolute = lost.reduce((sum, value) => sum + Math.abs(value) / lost.length, 0)
    expect(effect.absDeltaLogit).toBeCloseTo(absolute, 5)
    expect(effect.accuracy).toBeCloseTo(accuracy(off), 10)
    effects.push(effect.absDeltaLogit)
  }
  const order = [...effects.keys()].sort((a, b) => effects[a]! - effects[b]! || a - b)
  const curve = [accuracy(whole)]
  for (let k = 1; k <= order.length; k++) curve.push(accuracy(await logitsWithout(order.slice(0, k), zero, pictures)))
  expect(found.pruning.ablation!.accuracy).toEqual(curve)
  const area = curve.slice(1).reduce((sum, value, at) => sum + (value + curve[at]!) / 2 / order.length, 0)
  expect(found.pruning.ablation!.auc).toBeCloseTo(area, 10)
  const p = (logits: number[][]) =>
    whole.reduce((sum, row, at) => {
      const all = logits[at]!.map(Math.exp)
      return sum + all[highest(row)]! / all.reduce((total, value) => total + value, 0) / whole.length
    }, 0)
  const { probability } = found.pruning.ablation!
  expect(probability).toHaveLength(order.length + 1)
  expect(probability[0]).toBeCloseTo(p(whole), 5)
  expect(probability[5]).toBeCloseTo(p(await logitsWithout(order.slice(0, 5), zero, pictures)), 5)
  expect(Object.keys(found.pruning).slice(-3)).toEqual(['random1', 'random2', 'ablation'])
  // To first order the effect of switching off is sum A o G, of each picture.
  const { taylor_abs: taylor } = found.agreement
  expect(taylor.spearman).toBeGreaterThan(0.8)
  expect(taylor.low).toBeLessThanOrEqual(taylor.spearman)

  for (const kind of ['mean', 'uniform']) {
    expect(await headlight(...asked, '--kind', kind, '--without-pruning')).toBe(0)
    const other = JSON.parse(said.printed) as AblationSummary
    expect(other).toMatchObject({ kind, pruning: {} })
    expect(other.heads[0]!.absDeltaLogit).not.toBeCloseTo(effects[0]!, 5)
  }

  // What is kept needs no model.
  rmSync(model)
  expect(await headlight(...asked)).toBe(0)
  expect(said.printed).toBe(printed)
})
