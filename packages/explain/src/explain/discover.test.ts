/** What is an attention over tokens, in which form, and what is refused as what it is: small models made for each. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS as settings } from './report'
import { quickRuntime as load } from '../testing/runtimes'
import type { GraphBuilder } from '../onnx/builder'
import { int64 } from '../onnx/tensor'
import { analyseModel } from './analyse'
import { certify } from './certify'
import { noise } from './random'
import { tinyAttention, tinyVit, TINY_WIDTH, type TinyVit } from './testing/tiny-vit'

const folder = mkdtempSync(join(os.tmpdir(), 'headlight-discover-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const head: TinyVit['head'] = ({ linear }, read) => ({ logits: linear(read, TINY_WIDTH, 5) })

async function open(parts: Partial<TinyVit>) {
  // Of its own: models are opened side by side.
  const file = join(folder, `${files++}.onnx`)
  writeFileSync(file, tinyVit({ image: [16, 16], classToken: true, head, ...parts }))
  return analyseModel(file, load)
}

type Mix = NonNullable<TinyVit['mix']>
const transposed = (g: GraphBuilder, value: string) => g.transpose(value, [0, 1, 3, 2])

/** A and G of one picture, one array a layer and head, and the logits. */
async function explained(model: Awaited<ReturnType<typeof open>>) {
  expect(model.report.reasons).toEqual([])
  const graph = model.compile({ methods: [], settings, scores: false, raw: true })
  const loaded = await load(graph)
  const feeds = { [graph.imageInput]: noise([1, 3, 16, 16], 3), [graph.targetInput]: int64([1], [2]) }
  const { attention, gradient, logits } = graph.outputs
  const found = await loaded.run(feeds, [attention!, gradient!, logits])
  await loaded.release()
  expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
  return {
    attention: found[attention!]!.data as Float32Array,
    gradient: found[gradient!]!.data as Float32Array,
    logits: found[logits]!.data as Float32Array,
  }
}

const close = (found: Float32Array, wanted: ArrayLike<number>) => {
  expect(found.length).toBe(wanted.length)
  const largest = Array.from(wanted).reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0)
  expect(Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!)))).toBeLessThan(1e-4 * largest)
}

describe('the same attention in other forms', () => {
  const plain = open({}).then(explained)

  it.each<[string, Mix]>([
    [
      'turned: V^T A^T',
      (g, { v, ...qk }) => transposed(g, g.matMul(transposed(g, v), transposed(g, tinyAttention(g, qk)))),
    ],
    [
      'as an einsum, values first',
      (g, { v, ...qk }) => g.op('Einsum', [v, tinyAttention(g, qk)], { equation: 'bhjd,bhij->bhid' }),
    ],
    [
      'with a guard against NaN',
      (g, { v, ...qk }) => {
        const map = tinyAttention(g, qk)
        return g.matMul(g.where(g.op('IsNaN', [map]), g.scalar(0), map), v)
      },
    ],
    [
      'of two matrices that share their values',
      (g, { v, ...qk }) => {
        const map = tinyAttention(g, qk)
        // 1.25 A V - 0.25 A V.
        const other = g.op('Identity', [map])
        return g.sub(g.scale(g.matMul(map, v), 1.25), g.mul(g.scalar(0.25), g.matMul(other, v)))
      },
    ],
  ])('%s', async (_, mix) => {
    const found = await explained(await open({ mix }))
    const wanted = await plain
    close(found.logits, wanted.logits)
    close(found.attention, wanted.attention)
    close(found.gradient, wanted.gradient)
  })
})

it('heads that are mixed by talking (CaiT, DeiT with talking heads) are explained as mixed', async () => {
  const mixing = [0.7, -0.4, 0.2, 1.1]
  const weights = (g: GraphBuilder) => g.constant(g.floats([2, 2], mixing))
  const model = await open({
    mix: (g, { v, ...qk }) => {
      const last = g.transpose(tinyAttention(g, qk), [0, 2, 3, 1])
      return g.matMul(g.transpose(g.matMul(last, weights(g)), [0, 3, 1, 2]), v)
    },
  })
  const { attention } = await explained(model)
  expect(model.report).toMatchObject({ layers: 3, heads: 2, notes: [expect.stringMatching(/mixed after the softmax/)] })
  // Layer 0's softmax is that of the plain model: its mixed heads are known.
  const size = 17 * 17
  const plain = (await explained(await open({}))).attention
  const wanted = Float32Array.from({ length: 2 * size }, (_, at) => {
    const [to, place] = [Math.floor(at / size), at % size]
    return plain[place]! * mixing[to]! + plain[size + place]! * mixing[2 + to]!
  })
  close(attention.subarray(0, 2 * size), wanted)
})

it('a map that two layers share has a gradient in each', async () => {
  let map = ''
  const model = await open({
    mix: (g, { v, layer, ...qk }) => {
      if (layer < 2) map = layer === 0 ? tinyAttention(g, qk) : map
      return g.matMul(layer < 2 ? map : tinyAttention(g, qk), v)
    },
  })
  expect(model.report.layers).toBe(3)
  const { attention, gradient } = await explained(model)
  const layer = 2 * 17 * 17
  expect(attention.subarray(0, layer)).toEqual(attention.subarray(layer, 2 * layer))
  expect(gradient.subarray(0, layer)).not.toEqual(gradient.subarray(layer, 2 * layer))
})

describe('has head scores and no maps, and says why', () => {
  it.each<[string, Partial<TinyVit>, RegExp]>([
    [
      'attention over channels',
      {
        mix: (g, { q, k, v }) =>
          transposed(g, g.matMul(tinyAttention(g, { q: transposed(g, q), k: transposed(g, k) }), transposed(g, v))),
      },
      /over channels, not tokens/,
    ],
    [
      'attention over as many channels as there are tokens',
      {
        image: [8, 8],
        classToken: false,
        mix: (g, { q, k, v }) =>
          transposed(g, g.matMul(tinyAttention(g, { q: transposed(g, q), k: transposed(g, k) }), transposed(g, v))),
      },
      /over channels, not tokens/,
    ],
    [
      'linear attention in one of the layers',
      {
        mix: (g, { q, k, v, layer }) =>
          layer === 1
            ? g.matMul(g.op('Sigmoid', [q]), g.matMul(transposed(g, g.op('Sigmoid', [k])), v))
            : g.matMul(tinyAttention(g, { q, k }), v),
      },
      /not softmax attention/,
    ],
    ...[0, 1, 2].map((at): [string, Partial<TinyVit>, RegExp] => [
      `a softmax that is written out in layer ${at} of three`,
      {
        mix: (g, { q, k, v, layer }) => {
          if (layer !== at) return g.matMul(tinyAttention(g, { q, k }), v)
          const powers = g.op('Exp', [g.op('Tanh', [g.matMul(q, transposed(g, k))])])
          return g.matMul(g.div(powers, g.sum(powers, [3], true)), v)
        },
      },
      /not softmax attention/,
    ]),
    ['max pooling', { read: (g, tokens) => g.reduce('ReduceMax', tokens, [1], false) }, /max pooling/],
  ])('%s', async (_, parts, words) => {
    const model = await open(parts)
    expect(model.report.reasons).toEqual([])
    expect(model.report.noMaps).toMatch(words)
    expect(await certify(model, load)).toMatchObject({ passed: true, failures: [] })
  })
})

it('a query that pools the patches without the class token reads them alone', async () => {
  const read: TinyVit['read'] = (g, tokens) => {
    const patches = g.slice(tokens, [1], [17], [1])
    const query = g.constant(
      g.floats(
        [TINY_WIDTH, 1],
        Float32Array.from({ length: TINY_WIDTH }, (_, at) => Math.cos(at)),
      ),
    )
    const map = g.op('Softmax', [g.transpose(g.matMul(patches, query), [0, 2, 1])], { axis: -1 })
    return g.reshape(g.matMul(map, patches), [-1, TINY_WIDTH])
  }
  const model = await open({ read })
  await explained(model)
  expect(model.report).toMatchObject({
    readoutRows: Array.from({ length: 16 }, (_, at) => at + 1),
    notes: [expect.stringMatching(/single query.*averaged uniformly/)],
  })
})

describe('what a rollout passes over is said', () => {
  const attended: Mix = (g, { v, ...qk }) => g.matMul(tinyAttention(g, qk), v)
  const notes = async (parts: Partial<TinyVit>) => {
    const { report } = await open(parts)
    expect(report.reasons).toEqual([])
    return report.notes
  }

  it('nothing, of plain layers', async () => {
    expect(await notes({})).toEqual([])
  })

  it('values that come to a layer around others, as in U-ViT', async () => {
    let early = ''
    const mix: Mix = (g, { v, layer, ...qk }) => {
      const own = attended(g, { v: layer === 2 ? g.add(v, early) : v, layer, ...qk })
      if (layer === 0) early = v
      return own
    }
    expect(await notes({ mix })).toEqual([
      expect.stringMatching(/reaches layer 2 .* around layers 0 to 1, as a long skip/),
    ])
  })

  it('logits that are read from several layers', async () => {
    const both: TinyVit['head'] = ({ g, linear }, read, early) => ({
      logits: linear(g.add(read, early), TINY_WIDTH, 5),
    })
    expect(await notes({ head: both })).toEqual([
      expect.stringMatching(/reaches the logits around layers 1 to 2, as where they are read from several layers/),
    ])
  })

  it.each<[string, (g: GraphBuilder, x: string) => string]>([
    ['an average of all tokens that is added to each', (g, x) => g.add(x, g.mean(x, [2], true))],
    [
      'a linear layer along the tokens',
      (g, x) =>
        g.matMul(
          g.constant(
            g.floats(
              [17, 17],
              Float32Array.from({ length: 289 }, (_, at) => Math.sin(at)),
            ),
          ),
          x,
        ),
    ],
    ['a running sum', (g, x) => g.op('CumSum', [x, g.int(2)])],
  ])('other mixing of tokens: %s', async (_, other) => {
    const mix: Mix = (g, parts) => (parts.layer === 0 ? other(g, attended(g, parts)) : attended(g, parts))
    expect(await notes({ mix })).toEqual([
      expect.stringMatching(/Between layers 0 and 1 .*other than attention mixes tokens/),
    ])
  })
})
