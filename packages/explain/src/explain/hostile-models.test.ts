/** Models made to hurt: each ends in a sentence of ours that names what is wrong, in bounded time and memory. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as A,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type FunctionProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HeadlightError } from '../errors'
import { onnxRuntime } from '../testing/runtimes'
import { analyseModel } from './analyse'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-hostile-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Hostile {
  nodes: NodeProto[]
  input?: (number | bigint)[]
  weights?: TensorProto[]
  functions?: FunctionProto[]
}

const node = (opType: string, input: string[], output: string[], domain = '') =>
  create(NodeProtoSchema, { opType, input, output, domain, name: output[0]! })
const opsets = ['', 'f'].map((domain) => create(OperatorSetIdProtoSchema, { domain, version: domain ? 1n : 17n }))
const fn = (name: string, nodes: NodeProto[]) =>
  create(FunctionProtoSchema, { domain: 'f', name, input: ['a'], output: ['b'], node: nodes, opsetImport: opsets })

/** Pixels x of a shape to y. */
function bytesOf({ nodes, input = [1, 3, 32, 32], weights = [], functions = [] }: Hostile): Uint8Array {
  const info = (name: string, dims: (number | bigint)[]) => {
    const dim = dims.map((value) => ({ value: { case: 'dimValue' as const, value: BigInt(value) } }))
    const value = { case: 'tensorType' as const, value: { elemType: 1, shape: { dim } } }
    return create(ValueInfoProtoSchema, { name, type: { value } })
  }
  const graph = create(GraphProtoSchema, {
    ...{ name: 'graph', node: nodes, initializer: weights, input: [info('x', input)], output: [info('y', [1, 10])] },
  })
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport: opsets, graph, functions }))
}

/** The refusal: the error that is thrown, or the reason in the report. */
async function refusalOf(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'model.onnx')
  writeFileSync(file, bytes)
  try {
    const { report } = await analyseModel(file, onnxRuntime())
    expect(report.supported).toBe(false)
    return report.reasons.join('\n')
  } catch (error) {
    expect(error).toBeInstanceOf(HeadlightError)
    return (error as HeadlightError).message
  }
}

const chain = (length: number) => [
  ...Array.from({ length }, (_, at) => node('Neg', [at === 0 ? 'x' : `v${at - 1}`], [`v${at}`])),
  node('Identity', [`v${length - 1}`], ['y']),
]
const weight = (dims: bigint[], dataType = 1, bytes = 16) =>
  create(TensorProtoSchema, { name: 'w', dims, dataType, rawData: new Uint8Array(bytes) })
const added = (weights: TensorProto[]): Hostile => ({ nodes: [node('Add', ['x', 'w'], ['y'])], weights })

/** One operator whose other input is a shape. */
const shape = (dims: bigint[]) =>
  create(TensorProtoSchema, { name: 's', dims: [BigInt(dims.length)], dataType: 7, int64Data: dims })
const made = (op: string, input: ('x' | TensorProto)[]): Hostile => {
  const weights = input.filter((value) => value !== 'x')
  const names = input.map((value) => (value === 'x' ? value : value.name))
  return { nodes: [node(op, names, ['huge']), node('Add', ['x', 'huge'], ['y'])], weights }
}

it.each<[string, Hostile, RegExp]>([
  ['an input of 2^40 pixels a side', { nodes: chain(1), input: [1, 3, 2n ** 40n, 2n ** 40n] }, /not a picture/],
  // ONNX Runtime takes a negative length for a free one.
  ['an input with a negative side', { nodes: chain(1), input: [1, 3, -5, -5] }, /No attention was found/],
  ['a weight that claims 2^40 values', added([weight([2n ** 40n])]), /'w' of shape .* holds 4 values instead of/],
  ['integers that claim 2^40 values', added([weight([2n ** 40n], 7)]), /does not load/],
  ['a size that overflows', added([weight([2n ** 62n, 2n ** 62n, 4n])]), /'w' of shape .* holds 4 values instead of/],
  ['a weight that ends too early', added([weight([100n])]), /'w' of shape .* holds 4 values instead of/],
  ['a weight of negative size', added([weight([-1n, -4n])]), /'w' has the impossible shape/],
  [
    'a constant of 3e9 elements',
    made('ConstantOfShape', [shape([3_000_000_000n])]),
    /ConstantOfShape.* 3,000,000,000 elements/,
  ],
  [
    'a pixel that is expanded',
    made('Expand', ['x', shape([1n, 3n, 100_000n, 100_000n])]),
    /Expand.* 30,000,000,000 elements/,
  ],
  [
    'a picture that is repeated',
    made('Tile', ['x', shape([1n, 1n, 40_000n, 40_000n])]),
    /Tile.* 1,600,000,000 elements/,
  ],
  ['a value that provides itself', { nodes: [node('Add', ['x', 'y'], ['y'])] }, /cycle/],
  ['two values of one name', { nodes: [...chain(2), node('Exp', ['x'], ['v0'])] }, /Duplicate definition/],
  ['operators with the names of JavaScript', { nodes: [node('constructor', ['x'], ['y'])] }, /constructor/],
  ['more operators than any model has', { nodes: chain(40_000) }, /more than 40000 operators/],
  ['300,000 inputs of one operator', { nodes: [node('Bad', Array<string>(300_000).fill('x'), ['y'])] }, /Bad/],
  [
    'functions in a circle',
    {
      nodes: [node('p', ['x'], ['y'], 'f')],
      functions: [fn('p', [node('q', ['a'], ['b'], 'f')]), fn('q', [node('p', ['a'], ['b'], 'f')])],
    },
    /call each other/,
  ],
  [
    'functions that double thirty times',
    {
      nodes: [node('f29', ['x'], ['y'], 'f')],
      functions: Array.from({ length: 30 }, (_, at) =>
        fn(
          `f${at}`,
          at === 0
            ? [node('Neg', ['a'], ['b'])]
            : [node(`f${at - 1}`, ['a'], ['m'], 'f'), node(`f${at - 1}`, ['m'], ['b'], 'f')],
        ),
      ),
    },
    /functions inlined/,
  ],
])('%s', async (_, hostile, words) => {
  expect(await refusalOf(bytesOf(hostile))).toMatch(words)
})

it('graphs ten thousand deep inside each other', async () => {
  expect(await refusalOf(nested(10_000))).toMatch(/not a readable ONNX model/)
})

it('a name of 5 million letters is not repeated whole', async () => {
  const message = await refusalOf(bytesOf({ nodes: [node('Neg', ['m'.repeat(5_000_000)], ['y'])] }))
  expect(message.length).toBeLessThan(3000)
  expect(message).toMatch(/Copy or export it again/)
})

/** If inside If inside If, built from the inside by hand: the library's writer would not go so deep. */
function nested(depth: number): Uint8Array {
  const leaf = toBinary(GraphProtoSchema, create(GraphProtoSchema, { name: 'leaf', node: [node('Neg', ['x'], ['y'])] }))
  const branch = toBinary(AttributeProtoSchema, create(AttributeProtoSchema, { name: 'then_branch', type: A.GRAPH }))
  const call = toBinary(NodeProtoSchema, node('If', ['x'], ['y']))
  const parts: Uint8Array[] = [leaf]
  let length = leaf.length
  const wrap = (number: number, before?: Uint8Array) => {
    for (const part of [fieldHead(number, length), ...(before ? [before] : [])]) {
      parts.push(part)
      length += part.length
    }
  }
  for (let level = 0; level < depth; level++) {
    wrap(6, branch)
    wrap(5, call)
    wrap(1)
  }
  wrap(7)
  parts.push(toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport: opsets })))
  return new Uint8Array(Buffer.concat(parts.reverse()))
}

/** The tag and length that stand before a message inside another. */
function fieldHead(number: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = [number * 8 + 2]
  let rest = size
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Uint8Array.from([...bytes, rest])
}
