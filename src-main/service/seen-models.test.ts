import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Compute } from '../compute'
import { SeenModels } from './seen-models'

test('a model is asked about once while its file stays the same; the files beside it are read anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-seen-'))
  const path = join(folder, 'model.onnx')
  copyFileSync('models/edge/vit_fp32_base.onnx', path)
  const compute = new Compute()
  let asked = 0
  const acquire = () => {
    asked++
    return compute
  }
  const seen = new SeenModels({ acquire, end: () => undefined })
  const { classes, labelsSource } = await seen.recall(path)
  expect([asked, labelsSource]).toEqual([1, 'class numbers'])
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`)
  writeFileSync(join(folder, 'labels.txt'), names.join('\n'))
  expect((await seen.recall(path)).labels).toEqual(names)
  expect(asked).toBe(1)
  utimesSync(path, 1, 1)
  expect((await seen.recall(path)).labels).toEqual(names)
  expect(asked).toBe(2)
  await seen.inspect(path)
  expect(asked).toBe(3)
  rmSync(folder, { recursive: true })
})
