/** Odd and hostile files through `inspect` as a user calls it: exit status, one sentence, and no process that dies. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import {
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as T,
  type TensorProto,
} from 'onnx-buf'
import { expect, test } from 'vitest'
import { commandLine } from './testing/command-line'

const { folder, processes, said, headlight } = commandLine()
// One pair of processes for all: a file that ended or stalled one would be seen by the next.
const deaths: string[] = []
processes.start().onDeath((name) => deaths.push(name))

const bytes = readFileSync(resolve('models/zoo/timm_vit_op17/model.onnx'))
const tensor = ({ graph }: ModelProto, name = 'patch_embed.proj.weight') =>
  graph!.initializer.find((found) => found.name === name)!
const node = ({ graph }: ModelProto, op: string) => graph!.node.find(({ opType }) => opType === op)!
const inputType = ({ graph }: ModelProto) => {
  const { value } = graph!.input[0]!.type!
  if (value.case !== 'tensorType') throw new Error('The input is not a tensor.')
  return value.value
}
/** Every length of the input, the batch first. */
const shaped = (model: ModelProto, dims: number[]) =>
  inputType(model).shape!.dim.forEach((dim, at) => {
    dim.value = { case: 'dimValue', value: BigInt(dims[at]!) }
  })
const external = (found: TensorProto, location: string) => {
  Object.assign(found, { rawData: new Uint8Array(), dataLocation: TensorProto_DataLocation.EXTERNAL })
  found.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: location })]
}
const fill = (found: TensorProto, value: number) => {
  found.rawData = new Uint8Array(new Float32Array(found.rawData.length / 4).fill(value).buffer)
}

type Change = (model: ModelProto) => void
/** What inspect says of a changed file, the code before the sentence where there is no report. */
test.each<[string, Change | Uint8Array, RegExp]>([
  ['an empty file', new Uint8Array(), /^unreadable-model: .*empty/],
  ['half a file', bytes.subarray(0, bytes.length / 2), /^unreadable-model: .*cut off/],
  ['all but the last byte', bytes.subarray(0, -1), /^unreadable-model: .*cut off/],
  ['text behind it', Buffer.concat([bytes, Buffer.from('hello world')]), /^unreadable-model: .*damaged/],
  [
    'data that is missing',
    (model) => external(tensor(model), 'none.bin'),
    /^unreadable-model: .*'none\.bin' is missing/,
  ],
  ['data that is a folder', (model) => external(tensor(model), 'data'), /'data' is not a regular file/],
  ['a device as data', (model) => external(tensor(model), '/dev/zero'), /absolute path/],
  ['pixels as text', (model) => (inputType(model).elemType = T.STRING), /is string of shape/],
  ['pixels in bfloat16', (model) => (inputType(model).elemType = T.BFLOAT16), /takes or gives bfloat16/],
  [
    'pixels in a type that its weights are not',
    (model) => (inputType(model).elemType = T.FLOAT16),
    /does not load the file itself/,
  ],
  ['pictures of 10^9 pixels a side', (model) => shaped(model, [1, 3, 1e9, 1e9]), /not a picture/],
  ['10^9 channels', (model) => shaped(model, [1, 1e9, 32, 32]), /not a picture/],
  ['10^9 pictures', (model) => shaped(model, [1e9, 3, 32, 32]), /exactly 1000000000 images/],
  ['pictures without pixels', (model) => shaped(model, [1, 3, 0, 0]), /not a picture/],
  [
    'weights that are not numbers',
    (model) => fill(tensor(model), NaN),
    /'patch_embed\.proj\.weight' holds 9216 NaN of 9,216/,
  ],
  ['weights that are 0', (model) => fill(tensor(model), 0), /No token changes with the picture/],
  ['weights of a float8', (model) => (tensor(model).dataType = T.FLOAT8E4M3FN), /float8e4m3fn/],
  ['weights of 4 bits', (model) => (tensor(model).dataType = T.INT4), /Headlight|ONNX Runtime/],
  ['a node that reads itself', (model) => (node(model, 'Softmax').input = [...node(model, 'Softmax').output]), /cycle/],
  ['an operator of nobody', (model) => (node(model, 'Softmax').opType = 'Nope'), /Nope/],
  [
    'names of 100,000 letters',
    (model) => Object.assign(node(model, 'Softmax'), { name: 'n'.repeat(1e5), opType: 'N'.repeat(1e5) }),
    /does not load/,
  ],
  ['names that steer terminals', (model) => (node(model, 'Softmax').opType = 'Nope\u001b[2J'), /does not load/],
  [
    'an opset of tomorrow',
    (model) => (model.opsetImport = [create(OperatorSetIdProtoSchema, { version: 1000n })]),
    /opset 1000/,
  ],
  ['no outputs', (model) => (model.graph!.output = []), /no outputs/],
])('%s', async (_, change, words) => {
  mkdirSync(join(folder, 'data'), { recursive: true })
  const file = join(folder, 'model.onnx')
  if (change instanceof Uint8Array) writeFileSync(file, change)
  else {
    const model = fromBinary(ModelProtoSchema, bytes)
    change(model)
    writeFileSync(file, toBinary(ModelProtoSchema, model))
  }
  expect(await headlight('inspect', file, '--json')).toBe(3)
  const document = JSON.parse(said.printed) as { error?: { code: string; message: string }; reasons?: string[] }
  const sentence = document.error ? `${document.error.code}: ${document.error.message}` : document.reasons!.join('\n')
  expect(sentence).toMatch(words)
  expect(sentence.length).toBeLessThan(3000)
  // Neither a stack trace nor what steers a terminal.
  expect(`${sentence}${said.noted}`).not.toMatch(/^\s+at .*:\d+:\d+|undefined|\[object/m)
  expect(said.noted).not.toContain('\u001b')
  expect(deaths).toEqual([])
})
