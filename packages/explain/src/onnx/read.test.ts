/** Reading files that are ONNX models, and many that are not. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as A,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  SparseTensorProtoSchema,
  TensorProto_DataType as T,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type NodeProto,
  type SparseTensorProto,
  type TensorProto,
} from 'onnx-buf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HeadlightError } from '../errors'
import { onnxRuntime } from '../testing/runtimes'
import { liftFloat16 } from './lift-float16'
import { decodeTensor, encodeTensor } from './proto-tensor'
import { OPSETS, parseModel, readModel } from './read'
import type { GraphFile } from './run-graph'
import { float32 } from './tensor'
import { writeModel } from './write'

const zoo = resolve('models/zoo')
const edge = resolve('models/edge')
const zooBytes = (name: string) => new Uint8Array(readFileSync(join(zoo, name, 'model.onnx')))

/** What reading gives: null where it succeeds. */
function failureOf(bytes: Uint8Array): unknown {
  try {
    parseModel(bytes, 'model.onnx')
    return null
  } catch (error) {
    return error
  }
}

function expectUnreadable(error: unknown, hint: string): void {
  expect(error, hint).toBeInstanceOf(HeadlightError)
  expect(error, hint).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining('model.onnx') })
}

/** Uniform numbers in [0, 1), the same each time. */
function uniform(seed: number): () => number {
  let at = seed
  return () => {
    const value = Math.sin(++at * 12.9898) * 43758.5453
    return value - Math.floor(value)
  }
}

const randomBytes = (count: number, seed: number) => {
  const next = uniform(seed * 7919)
  return Uint8Array.from({ length: count }, () => Math.floor(256 * next()))
}

describe('files that are not models', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headlight-read-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }

  it('a missing file', async () => {
    const file = join(folder, 'nowhere.onnx')
    await expect(readModel(file)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(file) })
  })

  it('a folder', async () => {
    const failure = { code: 'unreadable-model', message: expect.stringContaining('is a folder') }
    await expect(readModel(folder)).rejects.toMatchObject(failure)
  })

  it('a file of zero bytes', async () => {
    const failure = { code: 'unreadable-model', message: expect.stringContaining('0 bytes') }
    await expect(readModel(write('empty.onnx', new Uint8Array()))).rejects.toMatchObject(failure)
  })

  it.each<[string, number[]]>([
    ['JPEG', [0xff, 0xd8, 0xff, 0xe0, 0, 16]],
    ['PNG', [0x89, 0x50, 0x4e, 0x47, 13, 10]],
    ['GIF', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
  ])('a %s image by another name', async (format, head) => {
    const failure = { code: 'unreadable-model', message: expect.stringContaining(`${format} image`) }
    await expect(
      readModel(write('model.onnx', Uint8Array.from([...head, ...randomBytes(500, 1)]))),
    ).rejects.toMatchObject(failure)
  })

  it('texts', () => {
    for (const text of [
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 12\n',
      '<!DOCTYPE html>',
      '{}',
      '\n',
    ]) {
      expectUnreadable(failureOf(new TextEncoder().encode(text)), text)
    }
  })

  it.each(Array.from({ length: 40 }, (_, index) => 1 + index * index * 13))('%d random bytes', (count) => {
    for (const seed of [1, 2, 3]) expectUnreadable(failureOf(randomBytes(count, seed)), `seed ${seed}`)
  })
})

describe('damaged models', () => {
  it.each(readdirSync(zoo))('%s, cut off at every 5 %%', (name) => {
    const bytes = zooBytes(name)
    expect(failureOf(bytes)).toBeNull()
    for (let share = 0; share < 20; share++) {
      expectUnreadable(failureOf(bytes.subarray(0, Math.floor((bytes.length * share) / 20))), `${5 * share} %`)
    }
  })

  it.each(['timm_vit_op17', 'timm_vit_dynamo18'])('%s, cut off in its first and last bytes', (name) => {
    const bytes = zooBytes(name)
    for (let length = 1; length < 64; length++) expectUnreadable(failureOf(bytes.subarray(0, length)), `${length}`)
    for (let cut = 1; cut < 80; cut++) expectUnreadable(failureOf(bytes.subarray(0, bytes.length - cut)), `-${cut}`)
  })

  it('changed bytes give a model or an error in our words, never anything else', () => {
    const bytes = zooBytes('timm_vit_op17')
    const next = uniform(5)
    for (let round = 0; round < 60; round++) {
      const damaged = bytes.slice()
      for (let change = 0; change < 20; change++) damaged[Math.floor(next() * bytes.length)] = Math.floor(256 * next())
      const failure = failureOf(damaged)
      if (failure !== null) expect(failure, String(failure)).toBeInstanceOf(HeadlightError)
    }
  })

  it('a graph without its outputs', () => {
    const bytes = model({ nodes: [node('Neg', ['x'], ['y'])], output: null })
    expect(failureOf(bytes)).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining('no outputs') })
  })

  it('a value that nothing provides', () => {
    const bytes = model({ nodes: [node('Add', ['x', 'weight'], ['y'])] })
    expect(failureOf(bytes)).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining("'weight'") })
  })

  it('a cycle', () => {
    const bytes = model({
      nodes: [node('Add', ['x', 'b'], ['a'], [], '', 'first'), node('Neg', ['a'], ['b']), node('Neg', ['b'], ['y'])],
    })
    expect(failureOf(bytes)).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining('cycle') })
  })
})

describe('models of other times', () => {
  it.each([OPSETS.lowest - 1, OPSETS.highest + 1])('opset %d is refused', (opset) => {
    const failure = { code: 'unsupported-model', message: expect.stringContaining(`opset ${opset}`) }
    expect(failureOf(model({ nodes: [node('Neg', ['x'], ['y'])], opset }))).toMatchObject(failure)
  })

  it.each([OPSETS.lowest, OPSETS.highest])('opset %d is read', (opset) => {
    expect(parseModel(model({ nodes: [node('Neg', ['x'], ['y'])], opset }), 'model.onnx').opset).toBe(opset)
  })

  it("initializers that are inputs too are not inputs, 'ai.onnx' is ONNX's own domain", () => {
    const graph = parseModel(
      model({ nodes: [node('Add', ['x', 'weight'], ['y'], [], 'ai.onnx')], weights: ['weight'], domain: 'ai.onnx' }),
      'model.onnx',
    )
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x'])
    expect(graph.nodes[0]!.domain).toBe('')
    expect(graph.opset).toBe(17)
  })

  it('nodes in any order are put into the right one', () => {
    const graph = parseModel(model({ nodes: [node('Neg', ['a'], ['y']), node('Exp', ['x'], ['a'])] }), 'model.onnx')
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Exp', 'Neg'])
  })

  it('Constant nodes of every kind become constants', () => {
    const kinds: [string, AttributeProto][] = [
      ['float32', attribute({ name: 'value_float', type: A.FLOAT, f: 1.5 })],
      ['float32', attribute({ name: 'value_floats', type: A.FLOATS, floats: [1, 2] })],
      ['int64', attribute({ name: 'value_int', type: A.INT, i: 7n })],
      ['int64', attribute({ name: 'value_ints', type: A.INTS, ints: [1n, 2n] })],
      ['float32', attribute({ name: 'value', type: A.TENSOR, t: encodeTensor('', float32([2], [3, 4])) })],
    ]
    const values = kinds.map(([, value], index) => node('Constant', [], [`c${index}`], [value]))
    const graph = parseModel(model({ nodes: [...values, node('Neg', ['x'], ['y'])] }), 'model.onnx')
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Neg'])
    expect(kinds.map((_, index) => graph.constant(`c${index}`)!.type)).toEqual(kinds.map(([type]) => type))
    expect(kinds.map((_, index) => Array.from(graph.constant(`c${index}`)!.data, Number))).toEqual([
      [1.5],
      [1, 2],
      [7],
      [1, 2],
      [3, 4],
    ])
  })
})

describe('tensors as other tools write them', () => {
  const typed: [string, TensorProto, number[]][] = [
    ['float_data', create(TensorProtoSchema, { dataType: T.FLOAT, dims: [2n], floatData: [1.5, -2] }), [1.5, -2]],
    ['double_data', create(TensorProtoSchema, { dataType: T.DOUBLE, dims: [1n], doubleData: [0.1] }), [0.1]],
    ['int64_data', create(TensorProtoSchema, { dataType: T.INT64, dims: [2n], int64Data: [1n, -12n] }), [1, -12]],
    ['int32_data', create(TensorProtoSchema, { dataType: T.INT32, dims: [1n], int32Data: [-3] }), [-3]],
    ['bool in int32_data', create(TensorProtoSchema, { dataType: T.BOOL, dims: [2n], int32Data: [0, 1] }), [0, 1]],
    ['no element', create(TensorProtoSchema, { dataType: T.INT64, dims: [0n] }), []],
    ['a scalar', create(TensorProtoSchema, { dataType: T.INT64, int64Data: [7n] }), [7]],
  ]

  it.each(typed)('a Constant node with typed data: %s', (_, t, wanted) => {
    const constant = node('Constant', [], ['c'], [attribute({ name: 'value', type: A.TENSOR, t })])
    const graph = parseModel(model({ nodes: [constant, node('Neg', ['x'], ['y'])] }), 'model.onnx')
    expect(Array.from(graph.constant('c')!.data, Number)).toEqual(wanted)
    // Written and read again it says the same.
    expect(parseModel(writeModel(graph).bytes, 'again.onnx').constant('c')).toEqual(graph.constant('c'))
  })

  it('a typed tensor that a call gives to a function', () => {
    const t = create(TensorProtoSchema, { dataType: T.FLOAT, dims: [1n], floatData: [2.5] })
    const inner = attribute({ name: 'value', type: A.TENSOR, refAttrName: 'k' })
    const scaled = create(FunctionProtoSchema, {
      ...{ name: 'scaled', domain: 'local', input: ['x'], output: ['y'], attribute: ['k'] },
      node: [node('Constant', [], ['c'], [inner]), node('Mul', ['x', 'c'], ['y'])],
    })
    const call = node('scaled', ['x'], ['y'], [attribute({ name: 'k', type: A.TENSOR, t })], 'local')
    const graph = parseModel(model({ nodes: [call], functions: [scaled] }), 'model.onnx')
    expect(graph.constant(graph.nodes[0]!.inputs[1]!)).toEqual(float32([1], [2.5]))
  })

  it('typed half-precision data is widened', async () => {
    const t = create(TensorProtoSchema, { dataType: T.FLOAT16, dims: [2n], int32Data: [0x3c00, 0xc000] })
    const fill = node('ConstantOfShape', ['n'], ['y'], [attribute({ name: 'value', type: A.TENSOR, t })])
    const graph = parseModel(model({ nodes: [fill], weights: ['n'] }), 'model.onnx')
    await liftFloat16(graph)
    const { t: widened } = graph.nodes[0]!.attributes[0]!
    expect(decodeTensor(widened!)).toMatchObject({ type: 'float32', data: Float32Array.of(1, -2) })
  })

  it.each<[string, bigint[], bigint[]]>([
    ['flat positions', [2n], [1n, 5n]],
    ['coordinates', [2n, 2n], [0n, 1n, 1n, 2n]],
  ])('a sparse initializer with %s', (_, dims, places) => {
    const values = create(TensorProtoSchema, { name: 's', dataType: T.FLOAT, dims: [2n], floatData: [3, -4] })
    const indices = create(TensorProtoSchema, { dataType: T.INT64, dims, int64Data: places })
    const sparse = create(SparseTensorProtoSchema, { values, indices, dims: [2n, 3n] })
    const bytes = model({ nodes: [node('Add', ['x', 's'], ['y'])], sparse: [sparse] })
    expect(parseModel(bytes, 'model.onnx').constant('s')).toEqual(float32([2, 3], [0, 3, 0, 0, 0, -4]))
  })

  it.each<[string, bigint[]]>([
    ['outside', [1n, 6n]],
    ['negative', [1n, -1n]],
  ])('a sparse initializer with an index %s is damaged', (_, places) => {
    const values = create(TensorProtoSchema, { name: 's', dataType: T.FLOAT, dims: [2n], floatData: [3, -4] })
    const indices = create(TensorProtoSchema, { dataType: T.INT64, dims: [2n], int64Data: places })
    const sparse = create(SparseTensorProtoSchema, { values, indices, dims: [2n, 3n] })
    const bytes = model({ nodes: [node('Add', ['x', 's'], ['y'])], sparse: [sparse] })
    expect(failureOf(bytes)).toMatchObject({ code: 'unreadable-model', message: expect.stringContaining("'s'") })
  })

  it('an output without a type stays without one, and a length of -1 is free', () => {
    const bytes = model({ nodes: [node('Cast', ['x'], ['y'], [])], batch: -1n, untyped: true })
    const graph = parseModel(bytes, 'model.onnx')
    expect(graph.outputs).toEqual([{ name: 'y', type: 'unknown', dims: [] }])
    expect(graph.inputs[0]!.dims).toEqual(['?', 3])
  })
})

describe('model-local functions', () => {
  /** scaled(x) = factor * exp(x), twice(x) = scaled(scaled(x)) + x. */
  const functions: FunctionProto[] = [
    create(FunctionProtoSchema, {
      name: 'scaled',
      domain: 'local',
      input: ['x'],
      output: ['y'],
      attribute: ['factor'],
      opsetImport: [opsetOf('', 17)],
      node: [
        node('Constant', [], ['k'], [attribute({ name: 'value_float', type: A.FLOAT, refAttrName: 'factor' })]),
        node('Tanh', ['x'], ['t']),
        node('Mul', ['k', 't'], ['y']),
      ],
    }),
    create(FunctionProtoSchema, {
      name: 'twice',
      domain: 'local',
      input: ['x'],
      output: ['y'],
      opsetImport: [opsetOf('', 17), opsetOf('local', 1)],
      node: [
        node('scaled', ['x'], ['t'], [factor(3)], 'local'),
        node('scaled', ['t'], ['u'], [factor(0.5)], 'local'),
        node('Add', ['u', 'x'], ['y']),
      ],
    }),
  ]

  it('are replaced by their bodies, with the same results', async () => {
    const nodes = [
      node('twice', ['x'], ['t'], [], 'local', 'first'),
      node('scaled', ['t'], ['u'], [factor(-2)], 'local'),
      node('twice', ['u'], ['y'], [], 'local', 'second'),
    ]
    const bytes = model({ nodes, functions })
    const graph = parseModel(bytes, 'model.onnx')
    expect([...new Set(graph.nodes.map(({ op }) => op))].sort()).toEqual(['Add', 'Mul', 'Tanh'])
    expect(graph.nodes.filter(({ op }) => op === 'Tanh')).toHaveLength(5)
    expect([...graph.opsets]).toEqual([['', 17]])
    const wanted = await run({ bytes, dataFolder: null })
    const found = await run(writeModel(graph))
    wanted.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 6))
    expect(Math.max(...wanted)).toBeGreaterThan(0.1)
  })

  it('of one name are told apart by their overload', async () => {
    const overload = (name: string, op: string) =>
      create(FunctionProtoSchema, {
        ...{ name: 'f', domain: 'local', overload: name, input: ['a'], output: ['b'] },
        ...{ node: [node(op, ['a'], ['b'])], opsetImport: [opsetOf('', 17)] },
      })
    const call = (from: string, to: string, name: string) =>
      create(NodeProtoSchema, { opType: 'f', domain: 'local', overload: name, input: [from], output: [to] })
    const nodes = [call('x', 't', 'o1'), call('t', 'u', 'o2'), call('u', 'y', 'o1')]
    const functions = [overload('o1', 'Tanh'), overload('o2', 'Neg')]
    const bytes = model({ nodes, functions, irVersion: 10n })
    const graph = parseModel(bytes, 'model.onnx')
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Tanh', 'Neg', 'Tanh'])
    const wanted = await run({ bytes, dataFolder: null })
    const found = await run(writeModel(graph))
    wanted.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 6))
  })

  it('that call themselves are refused', () => {
    const endless = create(FunctionProtoSchema, {
      name: 'endless',
      domain: 'local',
      input: ['x'],
      output: ['y'],
      node: [node('endless', ['x'], ['y'], [], 'local')],
    })
    const bytes = model({ nodes: [node('endless', ['x'], ['y'], [], 'local')], functions: [endless] })
    expect(failureOf(bytes)).toMatchObject({
      code: 'unreadable-model',
      message: expect.stringContaining('levels deep'),
    })
  })

  async function run(file: GraphFile): Promise<number[]> {
    const loaded = await onnxRuntime()(file)
    const { y } = await loaded.run({ x: float32([1, 3], [0.2, -0.7, 1.1]) }, ['y'])
    await loaded.release()
    return Array.from(y!.data as Float32Array)
  }
})

describe('models/edge', () => {
  it.each(readdirSync(edge).filter((file) => file.endsWith('.onnx') && !file.includes('traversal')))(
    '%s is read',
    async (file) => {
      const graph = await readModel(join(edge, file))
      expect(graph.inputs.map(({ name }) => name)).toEqual(['pixel_values'])
      expect(graph.dataFolder).toBe(file === 'vit_external.onnx' ? edge : null)
    },
  )

  it('what is written is read again the same', async () => {
    const graph = await readModel(join(edge, 'vit_fp32_base.onnx'))
    const again = parseModel(writeModel(graph).bytes, 'again.onnx')
    expect(again.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs])).toEqual(
      graph.nodes.map(({ op, inputs, outputs }) => [op, inputs, outputs]),
    )
    expect(again.inputs).toEqual(graph.inputs)
    expect(again.outputs).toEqual(graph.outputs)
    expect([...again.initializers.keys()]).toEqual([...graph.initializers.keys()])
  })
})

interface Model {
  nodes: NodeProto[]
  opset?: number
  domain?: string
  /** Names of constants of shape [3], listed as inputs as well. */
  weights?: string[]
  functions?: FunctionProto[]
  /** 'y' unless given. */
  output?: string | null
  sparse?: SparseTensorProto[]
  irVersion?: bigint
  /** The first length of `x`; 1 unless given. */
  batch?: bigint
  /** Leaves out the output's type. */
  untyped?: boolean
}

/** The bytes of a small model from `x` to `y`, both `[1, 3]`. */
function model({
  nodes,
  opset = 17,
  domain = '',
  weights = [],
  functions = [],
  output = 'y',
  sparse = [],
  irVersion = 8n,
  batch = 1n,
  untyped = false,
}: Model): Uint8Array {
  const opsetImport = [opsetOf(domain, opset), ...(functions.length > 0 ? [opsetOf('local', 1)] : [])]
  const graph = create(GraphProtoSchema, {
    name: 'graph',
    node: nodes,
    initializer: weights.map((name) => encodeTensor(name, float32([3], [1, 2, 3]))),
    sparseInitializer: sparse,
    input: ['x', ...weights].map((name) => info(name, name === 'x' ? [Number(batch), 3] : [3])),
    output: output === null ? [] : [untyped ? create(ValueInfoProtoSchema, { name: output }) : info(output, [1, 3])],
  })
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion, opsetImport, graph, functions }))
}

function info(name: string, dims: number[]) {
  const dim = dims.map((value) => ({ value: { case: 'dimValue' as const, value: BigInt(value) } }))
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: T.FLOAT, shape: { dim } } } },
  })
}

function node(
  opType: string,
  input: string[],
  output: string[],
  attributes: AttributeProto[] = [],
  domain = '',
  name = '',
) {
  return create(NodeProtoSchema, { opType, input, output, attribute: attributes, domain, name })
}

function attribute(value: Parameters<typeof create<typeof AttributeProtoSchema>>[1]): AttributeProto {
  return create(AttributeProtoSchema, value)
}

function factor(f: number): AttributeProto {
  return attribute({ name: 'factor', type: A.FLOAT, f })
}

function opsetOf(domain: string, version: number) {
  return create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })
}
