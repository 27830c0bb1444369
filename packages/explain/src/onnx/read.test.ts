/** Reading files that are ONNX models, and many that are not. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AttributeProto_AttributeType as A, type AttributeProto } from 'onnx-buf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HeadlightError } from '../errors'
import { encodeTensor } from './proto-tensor'
import { attribute, failureOf, model, node } from './model-fixture'
import { OPSETS, parseModel, readModel } from './read'
import { float32 } from './tensor'
import { writeModel } from './write'

const zoo = resolve('models/zoo')
const edge = resolve('models/edge')
const zooBytes = (name: string) => new Uint8Array(readFileSync(join(zoo, name, 'model.onnx')))

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
