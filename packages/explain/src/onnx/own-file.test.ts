import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noise } from '../explain/random'
import { onnxRuntime } from '../testing/runtimes'
import type { Graph } from './graph'
import { referToOwnFile, takeFromOwnFile } from './own-file'
import { decodeTensor, isExternal } from './proto-tensor'
import { readModel } from './read'
import { writeModel } from './write'

const load = onnxRuntime()
const SMALLEST = 1024

let folder: string
let model: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-own-file-'))
  model = join(folder, 'model.onnx')
  copyFileSync(resolve('models/zoo/timm_vit_op17/model.onnx'), model)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const external = (graph: Graph) => [...graph.initializers.values()].filter(isExternal)

async function logits(graph: Graph) {
  const loaded = await load(writeModel(graph))
  const [input, output] = [graph.inputs[0]!, graph.outputs[0]!.name]
  const image = noise([1, ...(input.dims.slice(1) as number[])], 3)
  const found = await loaded.run({ [input.name]: image }, [output])
  await loaded.release()
  return found[output]!.data
}

it('gives the same answer with its weights in the file', async () => {
  const [plain, referring] = [await readModel(model), await readModel(model)]
  await referToOwnFile(referring, model, SMALLEST)
  expect(external(referring).length).toBeGreaterThan(5)
  expect(writeModel(referring).bytes.length).toBeLessThan(writeModel(plain).bytes.length / 4)
  expect(await logits(referring)).toEqual(await logits(plain))
  expect(referring.file!.bytes).toEqual(new Uint8Array(plain.file!.bytes))
})

it('is read through a link', async () => {
  const link = join(folder, 'link.onnx')
  symlinkSync(model, link)
  const graph = await readModel(link)
  await referToOwnFile(graph, link, SMALLEST)
  expect(await logits(graph)).toEqual(await logits(await readModel(model)))
})

it('takes its weights back', async () => {
  const [plain, graph] = [await readModel(model), await readModel(model)]
  await referToOwnFile(graph, model, SMALLEST)
  takeFromOwnFile(graph)
  expect(external(graph)).toEqual([])
  expect(graph.dataFolder).toBeNull()
  for (const [name, tensor] of graph.initializers) {
    expect(decodeTensor(tensor), name).toEqual(decodeTensor(plain.initializers.get(name)!))
  }
})

it('leaves a model with data files of its own, and one of small weights, as they are', async () => {
  const other = resolve('models/edge/vit_external.onnx')
  const graph = await readModel(other)
  const before = external(graph).length
  await referToOwnFile(graph, other, SMALLEST)
  expect(external(graph)).toHaveLength(before)
  expect(graph.ownFile).toBeNull()
  const small = await readModel(model)
  await referToOwnFile(small, model)
  expect(external(small)).toEqual([])
})

it('says that the file was changed meanwhile', async () => {
  const graph = await readModel(model)
  await referToOwnFile(graph, model, SMALLEST)
  truncateSync(model, 2000)
  expect(() => takeFromOwnFile(graph)).toThrow(/was changed/)
  expect(() => graph.file!.bytes).toThrow(/was changed/)
})

it('says that another file of the same size took its place', async () => {
  const graph = await readModel(model)
  await referToOwnFile(graph, model, SMALLEST)
  const other = join(folder, 'other.onnx')
  writeFileSync(other, readFileSync(model).reverse())
  renameSync(other, model)
  expect(() => takeFromOwnFile(graph)).toThrow(/was changed/)
  expect(() => graph.file!.bytes).toThrow(/was changed/)
})
