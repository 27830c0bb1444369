/** Half-precision numbers, and models made of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TensorProto_DataType as T } from 'onnx-buf'
import { describe, expect, it } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '../explain/report'
import { readNpy } from '../files/npy'
import { onnxRuntime } from '../testing/runtimes'
import { analyseModel } from '../explain/analyse'
import { certify } from '../explain/certify'
import { toFloat16, toFloat32 } from './float16'
import { attributes } from './node'
import { hasFloat16 } from './lift-float16'
import { decodeTensor, encodeTensor } from './proto-tensor'
import { readModel } from './read'
import { int64, type Tensor } from './tensor'
import { writeModel } from './write'

const zoo = resolve('models/zoo')
const load = onnxRuntime()

const half = (...values: number[]) => [...toFloat16(Float32Array.from(values))]

describe('float16', () => {
  it('of every finite bit pattern survives the way to float32 and back', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, index) => index)
    const values = toFloat32({ type: 'float16', dims: [65536], data: bits })
    const again = toFloat16(values)
    const changed = [...bits].filter((pattern) => again[pattern] !== pattern && !Number.isNaN(values[pattern]))
    expect(changed).toEqual([])
    expect([...values].filter(Number.isNaN)).toHaveLength(2 * 1023)
  })

  it('knows the landmarks', () => {
    expect(half(0, -0, 1, -2, 65504, 2 ** -14, 2 ** -24)).toEqual([0, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 1])
    expect(half(Infinity, -Infinity, NaN, 65520, 65519, 1e-10)).toEqual([0x7c00, 0xfc00, 0x7e00, 0x7c00, 0x7bff, 0])
  })

  it('rounds to the nearest, halves to even', () => {
    const ulp = 2 ** -10
    expect(half(1 + ulp / 2, 1 + (3 * ulp) / 2, 1 + 0.49 * ulp, 1 + 0.51 * ulp)).toEqual([
      0x3c00, 0x3c02, 0x3c00, 0x3c01,
    ])
    expect(half(2 - ulp / 2)).toEqual([0x4000])
    expect(half(1.5 * 2 ** -24, 0.5 * 2 ** -24)).toEqual([2, 0])
  })

  it('bfloat16 is the upper half of a float32', () => {
    const data = Uint16Array.of(0x3f80, 0xc000, 0x7f80)
    expect([...toFloat32({ type: 'bfloat16', dims: [3], data })]).toEqual([1, -2, Infinity])
  })
})

/** A float32 model file's float16 form: constants, casts, inputs and outputs converted. */
async function halved(file: string): Promise<Uint8Array> {
  const graph = await readModel(file)
  for (const [name, proto] of graph.initializers) {
    if (proto.dataType !== T.FLOAT) continue
    const { dims, data } = decodeTensor(proto)
    graph.initializers.set(name, encodeTensor(name, { type: 'float16', dims, data: toFloat16(data as Float32Array) }))
  }
  for (const node of graph.nodes) {
    node.attributes = node.attributes.map((attribute) =>
      attribute.name === 'to' && Number(attribute.i) === T.FLOAT ? attributes({ to: T.FLOAT16 })[0]! : attribute,
    )
  }
  for (const info of [...graph.inputs, ...graph.outputs]) if (info.type === 'float32') info.type = 'float16'
  return writeModel(graph).bytes
}

/** Logits and head scores of the two pictures of a zoo model. */
async function answers(file: string, name: string) {
  const model = await analyseModel(file, load)
  expect(model.report.reasons).toEqual([])
  const graph = model.compile({
    methods: ['gmar_l1'],
    settings: DEFAULT_METHOD_SETTINGS,
    scores: true,
    raw: false,
  })
  const pixels = await readNpy(join(zoo, name, 'pixel_values.npy'))
  const feeds: Record<string, Tensor> = {
    [graph.imageInput]: { type: 'float32', dims: pixels.dims, data: pixels.data },
    [graph.targetInput]: int64([2], [1, 7]),
  }
  const { logits, headL1, headL2, maps } = graph.outputs
  const fetches = [logits, headL1!, headL2!, maps.gmar_l1!]
  const loaded = await load(graph)
  const found = await loaded.run(feeds, fetches)
  await loaded.release()
  return { model, values: fetches.map((fetch) => found[fetch]!.data as Float32Array) }
}

describe.each(['timm_vit_op17', 'hf_vit_op14'])('%s in half precision', (name) => {
  it('is lifted and agrees with the original', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headlight-half-'))
    try {
      const original = join(zoo, name, 'model.onnx')
      const file = join(folder, 'half.onnx')
      writeFileSync(file, await halved(original))
      expect(hasFloat16(await readModel(file))).toBe(true)
      expect(hasFloat16(await readModel(original))).toBe(false)
      const [single, lifted] = [await answers(original, name), await answers(file, name)]
      expect(lifted.model.inputType).toBe('float16')
      expect(await certify(lifted.model, load)).toMatchObject({ passed: true, precision: 'float64' })
      single.values.forEach((wanted, index) => {
        const largest = wanted.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0)
        const worst = wanted.reduce(
          (maximum, value, at) => Math.max(maximum, Math.abs(value - lifted.values[index]![at]!)),
          0,
        )
        expect(worst / largest).toBeLessThan(1e-2)
        // Rounded weights cannot give the very same numbers.
        expect(worst).toBeGreaterThan(0)
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
