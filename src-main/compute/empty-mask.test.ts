/** Pictures of a segmentation where the class that is asked for is the highest at no place. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AGAINST_NOTHING, TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import { parseNpy } from '@headlight/explain/files'
import { DEFAULT_METHOD_SETTINGS as settings } from '@headlight/explain/report'
import { GraphBuilder, float32, readModel, writeModel } from '@headlight/explain/onnx'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Compute } from './compute'

const fixture = resolve('packages/explain/src/explain/fixtures/dense/segmenter')
const demo = resolve('models/demo')
const CLASSES = 5
/** The class whose logits are lowered everywhere. */
const ABSENT = 4
let folder: string
let modelPath: string
const compute = new Compute()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-empty-mask-'))
  modelPath = join(folder, 'model.onnx')
  const graph = await readModel(join(fixture, 'model.onnx'))
  const g = new GraphBuilder(graph, 'test')
  const [logits] = graph.outputs
  const bias = g.constant(float32([1, CLASSES, 1, 1], [0, 0, 0, 0, -1000]))
  g.op('Add', [logits!.name, bias], {}, ['lowered'])
  graph.outputs = [{ ...logits!, name: 'lowered' }]
  writeFileSync(modelPath, writeModel(graph).bytes)
})

afterAll(() => rmSync(folder, { recursive: true }))

test('arrays: the sample is named', async () => {
  const { dims, data } = parseNpy(readFileSync(join(fixture, 'pixel_values.npy')), 'pixel_values.npy')
  const ask = (target: number) =>
    compute.explain({
      ...{ modelPath, settings, input: { dims, data: data as Float32Array }, methods: ['gmar_l1'] },
      ...{ targets: Array.from({ length: dims[0]! }, () => target), raw: false },
      ...{ provider: 'cpu', precision: 'fp32', saveGraph: null },
    })
  expect((await ask(TARGET_PREDICTED)).notes).toEqual([])
  const { notes } = await ask(ABSENT)
  expect(notes).toHaveLength(dims[0]!)
  expect(notes[1]).toMatch(/^Sample 1 .*its mask is empty/)
})

test('a run and a question of one sample refuse it, and the other samples of the batch are explained', async () => {
  const { hash, preprocessing } = await compute.inspect(modelPath)
  const file = join(demo, readFileSync(join(demo, 'reference/images.txt'), 'utf8').split('\n')[0]!)
  const { session } = await compute.prepare({
    ...{ modelPath, methods: ['gmar_l1'], settings, preprocessing, provider: 'cpu', precision: 'fp32', batch: 4 },
    ...{ expectedHash: null, contrast: false },
  })
  const run = (targets: number[]) =>
    compute.run(
      session,
      targets.map((target, id) => ({ id, file, mask: null, target })),
    )
  const first = await run([TARGET_PREDICTED])
  const present = first.target[0]!
  const both = await run([ABSENT, present, ABSENT, present])
  expect(Array.from(both.ids)).toEqual([1, 3])
  expect(both.errors.map(({ id, code }) => [id, code])).toEqual([
    [0, 'empty-mask'],
    [2, 'empty-mask'],
  ])
  await compute.close(session)
  const ask = (target: number) =>
    compute.explainSample({
      ...{ modelPath, expectedHash: hash, preprocessing, file, settings, methods: ['gmar_l1'] },
      ...{ target, against: AGAINST_NOTHING },
    })
  await expect(ask(ABSENT)).rejects.toMatchObject({ code: 'empty-mask' })
  expect((await ask(present)).target).toBe(present)
})
