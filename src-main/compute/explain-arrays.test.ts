import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import { AGAINST_PREDICTED, AGAINST_RUNNER_UP, TARGET_PREDICTED } from '@headlight/explain/class-inputs'
import { noise } from '@headlight/explain/random'
import { TINY_WIDTH, tinyVit } from '@headlight/explain/testing'
import { Compute } from './compute'

const CLASSES = 3
const SHAPE = [2, 3, 16, 24]
const compute = new Compute()
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-explain-arrays-'))
  const head = ({ linear }: Parameters<Parameters<typeof tinyVit>[0]['head']>[0], read: string) => ({
    logits: linear(read, TINY_WIDTH, CLASSES),
  })
  writeFileSync(join(folder, 'model.onnx'), tinyVit({ image: [16, 24], classToken: true, head }))
})

afterAll(() => rmSync(folder, { recursive: true }))

async function explain(targets: number[], against: number[]) {
  const { arrays } = await compute.explain({
    modelPath: join(folder, 'model.onnx'),
    input: { dims: SHAPE, data: noise(SHAPE, 3).data as Float32Array },
    ...{ targets, against, methods: ['gmar_l1'], settings: DEFAULT_METHOD_SETTINGS },
    ...{ raw: false, provider: 'cpu', precision: 'fp32', saveGraph: null },
  })
  return (name: string) => arrays.find((array) => array.name === name)!.data
}

/** Classes of each sample, the one of the highest logit first. */
function order(logits: Float32Array): number[][] {
  const classes = Array.from({ length: CLASSES }, (_, index) => index)
  return Array.from({ length: SHAPE[0]! }, (_, sample) =>
    classes.toSorted((a, b) => logits[sample * CLASSES + b]! - logits[sample * CLASSES + a]!),
  )
}

test('the runner-up is found for each sample, and its maps are those of the two classes by name', async () => {
  const found = await explain([TARGET_PREDICTED, TARGET_PREDICTED], [AGAINST_RUNNER_UP, AGAINST_RUNNER_UP])
  const classes = order(found('logits'))
  const named = await explain(
    classes.map(([first]) => first!),
    classes.map(([, second]) => second!),
  )
  for (const name of ['head_l1', 'map_gmar_l1']) expect(found(name)).toEqual(named(name))
})

test.each([
  [[CLASSES, 0], [1, 1], CLASSES],
  [[TARGET_PREDICTED - 1, 0], [1, 1], TARGET_PREDICTED - 1],
  [[0, 0], [AGAINST_PREDICTED, CLASSES], CLASSES],
  [[0, 0], [AGAINST_RUNNER_UP - 1, 1], AGAINST_RUNNER_UP - 1],
])('classes %j against %j: no class %i', async (targets, against, unknown) => {
  await expect(explain(targets, against)).rejects.toMatchObject({
    code: 'usage',
    message: `The model has ${CLASSES} classes, and no class ${unknown}.`,
  })
})

test('of a detector the class, its query and its box are said, whatever form the file writes boxes in', async () => {
  const corners = tinyVit({
    image: [16, 24],
    classToken: true,
    read: (_, tokens) => tokens,
    head: ({ g, linear }, tokens) => {
      const [start, size] = [0, 1].map(() => g.op('Sigmoid', [linear(tokens, TINY_WIDTH, 2)])) as [string, string]
      return { logits: linear(tokens, TINY_WIDTH, CLASSES), boxes_xyxy: g.concat([start, g.add(start, size)], 2) }
    },
  })
  writeFileSync(join(folder, 'detector.onnx'), corners)
  const { arrays, targets, detections } = await compute.explain({
    modelPath: join(folder, 'detector.onnx'),
    input: { dims: SHAPE, data: noise(SHAPE, 3).data as Float32Array },
    ...{ targets: [2, 0], queries: [5, -1], methods: ['gmar_l1'], settings: DEFAULT_METHOD_SETTINGS },
    ...{ raw: false, provider: 'cpu', precision: 'fp32', saveGraph: null },
  })
  expect(targets).toEqual([2, 0])
  const queries = arrays.find(({ name }) => name === 'query')!.data
  expect(detections!.map(({ query }) => query)).toEqual([5, queries[1]])
  const box = arrays.find(({ name }) => name === 'box')!.data
  detections!.forEach((detection, sample) => {
    const [x1, y1, x2, y2] = box.subarray(sample * 4, (sample + 1) * 4)
    const wanted = [(x1! + x2!) / 2, (y1! + y2!) / 2, x2! - x1!, y2! - y1!]
    detection.box!.forEach((share, at) => expect(share).toBeCloseTo(wanted[at]!, 5))
  })
})
