import { create } from '@bufbuild/protobuf'
import { AttributeProto_AttributeType as A, FunctionProtoSchema, NodeProtoSchema, type FunctionProto } from 'onnx-buf'
import { describe, expect, it } from 'vitest'
import { onnxRuntime } from '../testing/runtimes'
import { attribute, factor, failureOf, model, node, opsetOf } from './model-fixture'
import { parseModel } from './read'
import type { GraphFile } from './run-graph'
import { float32 } from './tensor'
import { writeModel } from './write'

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
