import { mkdtemp, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseNpy, readNpy, writeNpy } from './npy'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-npy-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('what is written is read back, values aligned to 64 bytes', async () => {
  for (const name of ['logits', 'target', 'map_raw']) {
    const array = await readNpy(resolve('models/demo/reference', `${name}.npy`))
    const copy = join(folder, `${name}.npy`)
    await writeNpy(copy, array.dims, array.data as Float32Array)
    expect(await readNpy(copy)).toEqual(array)
    expect((await stat(copy)).size - array.data.byteLength).toBe(128)
  }
})

test('reads float64, int64 and scalars', () => {
  const file = (descr: string, shape: string, values: ArrayBufferView) => {
    const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`
    const start = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, 'latin1')
    return Buffer.concat([start, Buffer.from(values.buffer)])
  }
  expect(parseNpy(file('<f8', '(2,)', Float64Array.of(1.5, 2)), 'x').data).toEqual(Float64Array.of(1.5, 2))
  expect(parseNpy(file('<i8', '()', BigInt64Array.of(7n)), 'x')).toEqual({ dims: [], data: BigInt64Array.of(7n) })
  expect(() => parseNpy(file('<c8', '()', Float64Array.of(1)), 'x.npy')).toThrow("x.npy holds '<c8'")
  expect(() => parseNpy(file('<f4', '(4,)', Float32Array.of(1)), 'x.npy')).toThrow('x.npy is cut off')
  expect(() => parseNpy(Buffer.from('not at all'), 'x.npy')).toThrow('x.npy is not a .npy file')
})
