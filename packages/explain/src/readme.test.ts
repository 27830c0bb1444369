/** The example of README.md, word for word as it stands there, over a model whose answers PyTorch's autograd gave. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { FloatArray } from './index'
import { classTokenRow, reference, relativeError, zoo } from './testing/zoo'

const folder = mkdtempSync(join(tmpdir(), 'headlight-readme-'))
const home = process.cwd()
afterAll(() => {
  process.chdir(home)
  rmSync(folder, { recursive: true, force: true })
})

test('the example of the README runs, and prints the numbers of autograd', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const example = readFileSync(join(import.meta.dirname, '../examples/explain.ts'), 'utf8')
  expect(/```ts\n(.*?)```/s.exec(readme)![1]).toBe(example)

  const name = 'hf_vit_op14'
  const [headL1, map] = [reference(name, 'head_l1'), classTokenRow(name, 'map_gmar_l1')]
  cpSync(join(zoo, name, 'model.onnx'), join(folder, 'vit.onnx'))
  cpSync(join(zoo, name, 'pixel_values.npy'), join(folder, 'pixels.npy'))
  process.chdir(folder)
  const print = vi.spyOn(console, 'log').mockReturnValue()
  await import('../examples/explain')
  const [logits, scores, relevance] = print.mock.lastCall as [number[], FloatArray, FloatArray]
  print.mockRestore()
  expect(logits).toEqual([2, 10])
  expect(relevance.dims).toEqual(map.dims)
  expect(relativeError(scores.data, headL1.data)).toBeLessThan(1e-4)
  expect(relativeError(relevance.data, map.data)).toBeLessThan(1e-4)
})
