/** Outputs that choose among the classes' scores, or leave some of the probabilities out, are not logits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { quickRuntime as load } from '../testing/runtimes'
import type { GraphBuilder } from '../onnx/builder'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { certify } from './certify'
import { tinyVit, TINY_WIDTH } from './testing/tiny-vit'

const folder = mkdtempSync(join(os.tmpdir(), 'headlight-selections-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

/** A model of five classes whose outputs are made of its logits. */
function open(outputs: (g: GraphBuilder, logits: string) => Record<string, string>, output?: string) {
  const file = join(folder, `${files++}.onnx`)
  writeFileSync(
    file,
    tinyVit({
      image: [16, 16],
      classToken: true,
      head: ({ g, linear }, read) => outputs(g, g.op('Identity', [linear(read, TINY_WIDTH, 5)], {}, ['scores'])),
    }),
  )
  return analyseModel(file, load, { output })
}
const softmax = (g: GraphBuilder, x: string) => g.op('Softmax', [x], { axis: -1 })
const top = (g: GraphBuilder, x: string) => {
  g.op('TopK', [x, g.constant(int64([1], [3]))], {}, ['best', 'which'])
  return { values: 'best', indices: g.cast('which', 1) }
}

describe('are refused with the value that they are taken from', () => {
  it.each<[string, RegExp, (g: GraphBuilder, x: string) => Record<string, string>]>([
    ['the best three', /'values' is what each picture chooses .*\(TopK.*'scores' \[batch, 5\]/, (g, x) => top(g, x)],
    ['the best three of probabilities', /'values' is .*TopK.*'scores'/, (g, x) => top(g, softmax(g, x))],
    ['the best class', /'c' is what each .*\(ArgMax.*'scores'/, (g, x) => ({ c: g.op('ArgMax', [x], { axis: 1 }) })],
    [
      'the best class as a float',
      /'c' is .*ArgMax.*'scores'/,
      (g, x) => ({ c: g.cast(g.op('ArgMax', [x], { axis: 1, keepdims: 0 }), 1) }),
    ],
    [
      'the highest probability',
      /'p' is .*ReduceMax.*'scores'/,
      (g, x) => ({ p: g.reduce('ReduceMax', softmax(g, x), [1], false) }),
    ],
    ['one of them marked', /'p' is .*Hardmax.*'scores'/, (g, x) => ({ p: g.op('Hardmax', [x], { axis: 1 }) })],
    [
      'two of five probabilities',
      /'p' is a part .*Slice.*'scores'/,
      (g, x) => ({ p: g.slice(softmax(g, x), [1], [3], [1]) }),
    ],
    [
      'the probability of one class',
      /'p' is a part of probabilities \(Gather.*'scores'/,
      (g, x) => ({ p: g.op('Gather', [softmax(g, x), g.constant(int64([], [1]))], { axis: 1 }) }),
    ],
    [
      'classes on the first axis',
      /'p' has its batch on the second axis; transpose it/,
      (g, x) => ({ p: g.op('Softmax', [g.transpose(x, [1, 0])], { axis: 0 }) }),
    ],
    [
      'a softmax over the pictures of a batch',
      /holds multiples of probabilities/,
      (g, x) => ({ p: g.op('Softmax', [x], { axis: 0 }) }),
    ],
  ])('%s', async (_, words, outputs) => {
    const { report } = await open(outputs)
    expect(report.supported).toBe(false)
    expect(report.reasons).toEqual([expect.stringMatching(words)])
  })
})

it('beside all probabilities they are passed over, and named where they are asked for', async () => {
  const beside = (g: GraphBuilder, x: string) => {
    const p = softmax(g, x)
    return { ...top(g, p), all: p }
  }
  expect((await open(beside)).report).toMatchObject({ supported: true, output: 'all', ending: 'softmax', notes: [] })
  const asked = await open(beside, 'values')
  expect(asked.report.reasons).toEqual([expect.stringMatching(/'values' cannot be explained.*--output \('all'\)/)])
})

it('a part of the logits is explained', async () => {
  const { report } = await open((g, x) => ({ part: g.slice(x, [1], [4], [1]) }))
  expect(report).toMatchObject({ supported: true, classes: 3, ending: 'none', notes: [] })
})

it('a softmax over a turned axis is an ending', async () => {
  const model = await open((g, x) => ({
    p: g.transpose(g.op('Softmax', [g.transpose(x, [1, 0])], { axis: 0 }), [1, 0]),
  }))
  expect(model.report).toMatchObject({ supported: true, ending: 'softmax', classes: 5 })
  expect(await certify(model, load)).toMatchObject({ passed: true })
})
