import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkMessage } from './bounded-message'
import { calls } from './contract'
import { idsSchema, LIMITS, MESSAGE_LIMITS, pagesOf } from './limits'
import { decodeFrame, encodeFrame } from './wire'

const ids = (count: number) => Uint32Array.from({ length: count }, (_, i) => i)

/** Paths of everything in a schema that may be of any size: lists, texts, numbers, maps, and what zod cannot describe. */
function unlimited(schema: z.ZodType, name: string): string[] {
  const described = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const { type, checks } = (zodSchema as unknown as z.ZodType)._zod.def
      const isOpen = type === 'any' || type === 'unknown' || (type === 'custom' && !checks?.length)
      if (isOpen) Object.assign(jsonSchema, { open: true })
    },
  })
  return unlimitedParts(described, name)
}

function unlimitedParts(schema: unknown, path: string): string[] {
  if (Array.isArray(schema)) return schema.flatMap((part, i) => unlimitedParts(part, `${path}/${i}`))
  if (typeof schema !== 'object' || schema === null) return []
  const part = schema as Record<string, unknown>
  const isKnown = part.enum !== undefined || part.const !== undefined
  const isOpen =
    part.open === true ||
    part.propertyNames !== undefined ||
    (part.type === 'array' && part.maxItems === undefined && part.prefixItems === undefined) ||
    (part.type === 'string' && part.maxLength === undefined && !isKnown && !isShort(part.pattern)) ||
    ((part.type === 'number' || part.type === 'integer') && !isKnown && !isRange(part))
  return [
    ...(isOpen ? [path] : []),
    ...Object.entries(part).flatMap(([key, inner]) => unlimitedParts(inner, `${path}/${key}`)),
  ]
}

/** A pattern from beginning to end without a repetition that is not counted. */
const isShort = (pattern: unknown) =>
  typeof pattern === 'string' && /^\^.*\$$/.test(pattern) && !/[^\\][*+]|\{\d*,\}/.test(pattern)

function isRange(part: Record<string, unknown>): boolean {
  const [low, high] = [part.exclusiveMinimum ?? part.minimum, part.exclusiveMaximum ?? part.maximum].map(Number)
  return low! > Number.MIN_SAFE_INTEGER && high! < Number.MAX_SAFE_INTEGER
}

test('every list, text, number and array of the contract has a limit', () => {
  const open = Object.entries(calls).flatMap(([name, { input }]) => unlimited(input, name))
  expect(open).toEqual([])
})

test.each<[string, z.ZodType]>([
  ['a list', z.array(z.boolean())],
  ['a text', z.string()],
  ['a text of any length', z.string().regex(/^a+$/)],
  ['a part of a text', z.string().regex(/a{1,3}/)],
  ['a template', z.templateLiteral(['a', z.number()])],
  ['a whole number', z.number().int().min(0)],
  ['a number', z.number().max(3)],
  ['an array', z.instanceof(Uint8Array)],
  ['a map', z.record(z.string().max(3), z.boolean())],
  ['anything', z.any()],
])('%s without a limit would be seen', (_what, schema) => {
  expect(unlimited(z.object({ deep: z.array(schema).max(1) }), 'x')).not.toEqual([])
})

test('lists of ids are a page at most', () => {
  expect(idsSchema.safeParse(ids(LIMITS.ids)).success).toBe(true)
  expect(idsSchema.safeParse(ids(LIMITS.ids + 1)).error?.message).toContain('ask for a page at a time')
  for (const name of ['samples.rows', 'annotations.marks', 'annotations.ofSamples'] as const) {
    const input = { runId: 1, ids: ids(LIMITS.ids + 1) }
    expect(calls[name].input.safeParse(input).success, name).toBe(false)
  }
  const half = { kind: 'tag', ids: ids(LIMITS.changed / 2 + 1), tag: 'clutter', on: true }
  expect(calls['annotations.change'].input.safeParse({ changes: [half] }).success).toBe(true)
  expect(calls['annotations.change'].input.safeParse({ changes: [half, half] }).success).toBe(false)
  expect([...pagesOf(ids(2 * LIMITS.ids + 1))].map(({ length }) => length)).toEqual([LIMITS.ids, LIMITS.ids, 1])
})

test('messages of windows pass, however large their parts may be', () => {
  const frames = [
    {
      id: 1,
      kind: 'call',
      name: 'samples.rows',
      input: { runId: 1, ids: ids(LIMITS.ids), more: [1.5, -7, null, true] },
    },
    {
      id: 2,
      kind: 'call',
      name: 'x',
      input: { name: 'ü'.repeat(70_000), content: new Uint8Array(LIMITS.importBytes) },
    },
    { id: 3, kind: 'call', name: 'x', input: Array.from({ length: LIMITS.labels }, (_, i) => [`label ${i}`, i]) },
    {
      id: -(2 ** 40),
      kind: 'cancel',
      a: { b: { c: [[[[]]]] } },
      d: 2 ** 50,
      e: [new Float64Array(3), 300, 70_000, -200],
    },
  ]
  for (const frame of frames) {
    const bytes = encodeFrame(frame)
    const back = encodeFrame(decodeFrame(bytes, MESSAGE_LIMITS) as object)
    expect(Buffer.from(back).equals(bytes), String(frame.id)).toBe(true)
  }
})

test.each([
  ['lists within lists', new Uint8Array(1_000_000).fill(0x91)],
  ['maps within maps', new Uint8Array(1_000_000).map((_, i) => (i % 2 === 0 ? 0x81 : 0x00))],
  ['millions of empty maps', Uint8Array.from([0xdd, 0, 0x40, 0, 0, ...new Uint8Array(0x400000).fill(0x80)])],
  ['a list that says it is long', Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
  ['a map that says it is long', Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff)],
  ['bytes that are not there', Uint8Array.of(0xc6, 0xff, 0xff, 0xff, 0xff)],
  ['an unknown byte', Uint8Array.of(0xc1)],
  ['more than one value', Uint8Array.of(0x00, 0x00)],
  ['nothing', new Uint8Array()],
])('a message of %s is refused before anything is made of it', (_what, bytes) => {
  expect(() => checkMessage(bytes, MESSAGE_LIMITS)).toThrow(RangeError)
  expect(() => decodeFrame(bytes, MESSAGE_LIMITS)).toThrow(RangeError)
})
