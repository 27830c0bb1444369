/** Class vectors as numpy, safetensors, pandas and pyarrow write them, and what is wrong with those that people have. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { npyHeader, parseNpy } from '@headlight/explain/files'
import type { ClassVectorKind } from '@headlight/explain'
import { HeadlightError } from '@shared/errors'
import { ownFolder } from '../../service/testing/own-folder'
import { classVectorsFile, readClassVectors } from './read-class-vectors'
import { writeSafetensors } from './safetensors'

const ROUNDS = process.env.HEADLIGHT_LONG === '1' ? 3000 : 60
const fixtures = join(import.meta.dirname, '../fixtures/class-vectors')
const folder = ownFolder()
const names = ['café', 'b', 'c, d', 'e', 'f']
const values = parseNpy(readFileSync(join(fixtures, 'c.npy')), 'c.npy').data as Float32Array

test.each<[file: string, kind: ClassVectorKind | null, expected: object]>([
  ['a.npz', null, { kind: 'cosine', scale: 100, bias: null, namesFrom: 'a.npz', kindAsked: false }],
  ['b.npz', null, { kind: 'cosine', scale: 100, bias: null }],
  ['c.npy', 'linear', { kind: 'linear', scale: null, namesFrom: 'c.txt', kindAsked: true }],
  ['d.safetensors', null, { kind: 'linear', bias: new Float64Array(5) }],
  ['e.csv', 'cosine', { bias: null }],
  ['f.csv', 'cosine', { bias: new Float64Array(5).fill(0.5) }],
  ['g.parquet', 'cosine', { bias: null }],
  ['h.parquet', 'linear', { bias: new Float64Array(5).fill(0.5) }],
])('%s', async (file, kind, expected) => {
  const read = await readClassVectors(join(fixtures, file), { kind })
  expect(read).toMatchObject({ ...expected, source: file, names, width: 12 })
  const largest = Math.max(...Array.from(read.values, (value, at) => Math.abs(value - values[at]!)))
  // Halves, and the digits that pandas writes of a float32.
  expect(largest).toBeLessThan(file === 'b.npz' ? 1e-3 : file.endsWith('.csv') ? 1e-7 : 1e-9)
  // A copy of ours is the same vectors, by hash and by every value, whatever it is called.
  const copy = join(folder, `copy-of-${file}.safetensors`)
  writeFileSync(copy, classVectorsFile(read))
  expect(await readClassVectors(copy, { source: file })).toEqual({
    ...read,
    kindAsked: false,
    namesFrom: `copy-of-${file}.safetensors`,
  })
})

test('what is not read of a file is named', async () => {
  const file = join(folder, 'more.safetensors')
  const metadata = { kind: 'linear', names: '["a","b"]' }
  writeFileSync(file, tensors({ vectors: [2, 3], weight: [2, 3], mean: [3], scale: [1] }, metadata))
  expect((await readClassVectors(file)).passedOver).toEqual(['weight [2, 3]', 'mean [3]'])
})

test('vectors without names are numbered, and the hash is of the content', async () => {
  const alone = join(folder, 'alone.npy')
  copyFileSync(join(fixtures, 'c.npy'), alone)
  const read = await readClassVectors(alone, { kind: 'cosine' })
  expect(read).toMatchObject({ names: ['0', '1', '2', '3', '4'], namesFrom: 'class numbers' })
  const linear = await readClassVectors(alone, { kind: 'linear' })
  expect(linear.hash).not.toBe(read.hash)
})

const npy = (dims: number[], of: ArrayLike<number>) =>
  Buffer.concat([npyHeader(dims), new Uint8Array(Float32Array.from(of).buffer)])
const tensors = (arrays: Record<string, number[]>, metadata: Record<string, string> = { kind: 'cosine' }) =>
  writeSafetensors(
    Object.fromEntries(
      Object.entries(arrays).map(([name, dims]) => [
        name,
        { dims, values: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1) },
      ]),
    ),
    metadata,
  )

test.each<[what: string, file: string, content: Uint8Array | string, message: RegExp]>([
  ['no kind', 'x.npy', npy([1, 2], [1, 2]), /does not say how its vectors become logits; say it with --classes-kind/],
  ['an empty file', 'x.npz', '', /x\.npz is empty/],
  ['no zip', 'x.npz', 'not a zip', /damaged or no \.npz/],
  ['no safetensors', 'x.safetensors', 'not at all, whatever', /damaged or no safetensors/],
  ['another ending', 'x.pt', 'PK', /not a file of class vectors that is read: \.npz/],
  ['no matrix', 'x.safetensors', tensors({ vectors: [4] }), /no array \[classes, values\] \(it has vectors \[4\]\)/],
  ['two matrices', 'x.safetensors', tensors({ a: [2, 2], b: [2, 2] }), /several arrays.*'vectors'/],
  ['two known names', 'x.safetensors', tensors({ weight: [2, 2], text_features: [2, 2] }), /several arrays.*'vectors'/],
  ['SigLIP', 'x.safetensors', tensors({ vectors: [2, 2], logit_bias: [1] }), /'logit_bias'; save it as 'bias'/],
  ['no rows', 'x.safetensors', tensors({ vectors: [0, 4] }), /holds no class vectors/],
  ['a logarithm', 'x.safetensors', tensors({ vectors: [2, 2], logit_scale: [1] }), /exp\(logit_scale\).*'scale'/],
  [
    'too few names',
    'x.safetensors',
    tensors({ vectors: [2, 3] }, { kind: 'cosine', names: '["a","b","c"]' }),
    /2 vectors, and its names are 3 names.*transpose it/,
  ],
  [
    'another kind',
    'x.safetensors',
    tensors({ vectors: [2, 2] }, { kind: 'dot' }),
    /kind 'dot'; it has to be cosine or linear/,
  ],
  ['scales', 'x.safetensors', tensors({ vectors: [2, 2], scale: [2] }), /2 values in scale/],
  ['text among values', 'x.csv', 'name,x,y\na,1,2\nb,3,oops\n', /'oops' among the values of row 2/],
  ['a short row', 'x.csv', 'name,x,y\na,1,2\nb,3\n', /'' among the values of row 2; every value/],
  ['NaN', 'x.csv', 'name,x,y\na,1,2\nb,3,nan\n', /NaN at place 1 of the vector of 'b'/],
])('%s', async (what, file, content, message) => {
  const own = join(folder, what)
  mkdirSync(own)
  writeFileSync(join(own, file), content)
  const kind = file.endsWith('.csv') ? 'cosine' : null
  await expect(readClassVectors(join(own, file), { kind })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message),
  })
})

test('a kind that the file contradicts, names beside it that do not fit, and no file', async () => {
  const asked = readClassVectors(join(fixtures, 'a.npz'), { kind: 'linear' })
  await expect(asked).rejects.toThrow('says that its vectors are cosine, and linear was asked for')
  const own = join(folder, 'beside')
  mkdirSync(own)
  writeFileSync(join(own, 'v.npy'), npy([3, 2], [1, 2, 3, 4, 5, 6]))
  writeFileSync(join(own, 'v.txt'), 'a\nb\n')
  const unfit = readClassVectors(join(own, 'v.npy'), { kind: 'cosine' })
  await expect(unfit).rejects.toThrow('v.npy has 3 vectors, and v.txt beside it has 2 names')
  await expect(readClassVectors(join(own, 'w.npy'))).rejects.toMatchObject({ code: 'not-found' })
})

test.each(['a.npz', 'b.npz', 'c.npy', 'd.safetensors', 'e.csv', 'g.parquet'])(
  'whatever happened to %s, it is read or refused in our words',
  async (name) => {
    const whole = readFileSync(join(fixtures, name))
    let state = 4711
    const next = (end: number) => (state = (state * 1103515245 + 12345) % 2147483648) % end
    const others: unknown[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(whole)
      for (let edits = 1 + next(6); edits > 0; edits--) bytes[next(bytes.length)] = next(256)
      const file = join(folder, `damaged-${name}`)
      writeFileSync(file, next(5) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes)
      await readClassVectors(file, { kind: 'cosine' }).catch((error: unknown) => {
        if (!(error instanceof HeadlightError)) others.push(error)
      })
    }
    expect(others).toEqual([])
  },
  1_800_000,
)

test('texts without a letter are refused, however many a header claims, and so is a shape that is none', async () => {
  const header = (dims: number[], descr: string) => Buffer.from(npyHeader(dims, descr))
  for (const [dims, descr, why] of [
    [[4_000_000_000], '<U0', 'empty names'],
    [[-1, 3], '<f4', 'a shape that cannot be read'],
    [[2.5, 3], '<f4', 'a shape that cannot be read'],
  ] as const) {
    const file = join(folder, 'claims.npy')
    writeFileSync(file, header([...dims], descr))
    await expect(readClassVectors(file, { kind: 'cosine' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(why),
    })
  }
})
