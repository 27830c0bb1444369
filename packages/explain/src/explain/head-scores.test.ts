/** Scores of heads over many tokens keep the digits that single precision has. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { quickRuntime as load } from '../testing/runtimes'
import { analyseModel } from './analyse'
import { openExplainer } from './explainer'
import { normals, seeded } from './random'
import { tinyVit, TINY_WIDTH } from './testing/tiny-vit'

const SIDE = 96
const TOKENS = (SIDE / 4) ** 2

it('sums over 576 x 576 entries', async () => {
  const folder = mkdtempSync(join(os.tmpdir(), 'headlight-scores-'))
  const file = join(folder, 'model.onnx')
  const head = ({ linear }: Parameters<Parameters<typeof tinyVit>[0]['head']>[0], read: string) => ({
    logits: linear(read, TINY_WIDTH, 5),
  })
  writeFileSync(file, tinyVit({ image: [SIDE, SIDE], classToken: false, head }))
  const explainer = await openExplainer(await analyseModel(file, load), load, { methods: ['gmar_l1'], raw: true })
  rmSync(folder, { recursive: true })
  const found = await explainer.explain({
    dims: [1, 3, SIDE, SIDE],
    data: Float32Array.from(normals(3 * SIDE * SIDE, seeded(4))),
  })
  await explainer.release()
  const size = TOKENS ** 2
  const gradient = found.gradient!.data
  for (let at = 0; at < found.headL1!.data.length; at++) {
    let [sum, squares] = [0, 0]
    for (const value of gradient.subarray(at * size, (at + 1) * size)) {
      sum += Math.abs(value)
      squares += value * value
    }
    expect(Math.abs(found.headL1!.data[at]! / sum - 1)).toBeLessThan(2e-6)
    expect(Math.abs(found.headL2!.data[at]! / Math.sqrt(squares) - 1)).toBeLessThan(2e-6)
  }
})
