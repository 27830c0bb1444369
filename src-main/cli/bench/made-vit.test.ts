import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { analyseModel, certify } from '@headlight/explain'
import { noise } from '@headlight/explain/random'
import { onnxRuntime } from '../../compute/onnx-runtime'
import { madeVit } from './made-vit'

const SIZE = { name: 'small', width: 24, heads: 3, layers: 2 }
const load = onnxRuntime()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-made-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function madeModel(opset: 14 | 17) {
  const path = join(folder, `${opset}.onnx`)
  writeFileSync(path, madeVit(SIZE, opset, 32))
  return analyseModel(path, load, { readsFiles: true })
}

it('both opsets are one model, that is explained and certified', async () => {
  const logits: Float32Array[] = []
  for (const opset of [14, 17] as const) {
    const model = await madeModel(opset)
    expect(model.report).toMatchObject({ supported: true, layers: 2, heads: 3, tokens: 5 })
    expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
    const session = await load(model.original)
    const { logits: found } = await session.run({ pixel_values: noise([2, 3, 32, 32], 3) }, ['logits'])
    await session.release()
    logits.push(found!.data as Float32Array)
  }
  expect(logits[0]).toHaveLength(2000)
  logits[0]!.forEach((value, at) => expect(value).toBeCloseTo(logits[1]![at]!, 4))
})
