import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AnnotationChange } from '@shared/api'
import type { Library } from '../library'
import { cohensKappa } from './agreement'
import { note, projectOf, tag, textOf, verdict, write } from './annotations-fixture'

let folder: string
let ana: Library
let ben: Library
const PATHS = ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png']

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-merge-'))
  ana = await projectOf(folder, 'a', 'ana', PATHS)
  ben = await projectOf(folder, 'b', 'ben', ['0.png', ...PATHS])
})
afterEach(async () => {
  await ana.project.close()
  await ben.project.close()
  rmSync(folder, { recursive: true })
})

const change = (library: Library, ...changes: AnnotationChange[]) => library.annotations.change({ changes })
const polygon = (id: number): AnnotationChange => ({
  kind: 'region',
  id,
  region: 'p-1',
  text: 'a "sleeve", left',
  shape: {
    kind: 'polygon',
    points: [
      [0, 0.1],
      [8, 0],
      [4.25, 6],
    ],
  },
})
const read = (library: Library, content: Uint8Array | string, name = 'file.json') =>
  library.annotations.import({
    name,
    content: Uint8Array.from(typeof content === 'string' ? Buffer.from(content) : content),
  })
const said = async (library: Library) => {
  const ids = Uint32Array.of(1, 2, 3, 4)
  const samples = await library.annotations.ofSamples({ ids })
  return samples.flatMap(({ annotations }) =>
    annotations.map(({ kind, reviewer, text }) => `${kind} ${reviewer} ${text}`),
  )
}
/** Two moments that the clock tells apart. */
const later = () => new Promise((resolve) => setTimeout(resolve, 5))

describe.each(['json', 'csv'] as const)('a %s file', (format) => {
  test('brings everything to another project, byte for byte, and a second time nothing', async () => {
    await change(
      ana,
      tag(1, '=1+1'),
      tag(2, 'it\'s, "so"'),
      verdict(1, 'label error'),
      note(3, '-\r\ntwo; lines\t'),
      polygon(2),
    )
    const file = await write(ana, format)
    const report = await read(ben, file)
    expect(report).toMatchObject({ read: 5, added: 5, same: 0, unknown: { count: 0 }, mismatched: { count: 0 } })
    const copy = await write(ben, format)
    const body = (content: Uint8Array) => textOf(content).slice(textOf(content).indexOf('sample'))
    expect(body(copy)).toBe(body(file))
    expect(await read(ben, file)).toMatchObject({ step: null, added: 0, same: 5 })
  })
})

test('verdicts of two reviewers stand side by side as a conflict that can be settled', async () => {
  await change(ana, verdict(1, 'fine'), verdict(2, 'fine'), verdict(3, 'label error'), note(1, 'hers'), tag(1, 'x'))
  await change(ben, verdict(2, 'fine'), verdict(3, 'ambiguous'), verdict(4, 'label error'), note(2, 'his'), tag(2, 'X'))
  const report = await read(ana, await write(ben, 'json'))
  expect(report).toMatchObject({ added: 5, conflicts: 1 })
  expect(await said(ana)).toEqual([
    ...['tag ana x', 'tag ben x', 'verdict ana fine', 'verdict ben fine', 'note ana hers', 'note ben his'],
    ...['verdict ana fine', 'verdict ben ambiguous', 'verdict ana label error', 'verdict ben label error'],
  ])
  const { pairs, conflicts } = await ana.annotations.agreement()
  expect(pairs).toEqual([{ a: 'ana', b: 'ben', both: 3, alike: 2, kappa: 0.5 }])
  expect(conflicts).toMatchObject([{ sampleId: 2, path: 'Coat/2.png', settled: null }])
  await change(ana, { kind: 'settled', verdict: 'ambiguous', ids: Uint32Array.of(2) })
  const settled = await ana.annotations.agreement()
  expect(settled.conflicts).toMatchObject([{ settled: { verdict: 'ambiguous', reviewer: 'ana' } }])
})

test('of one reviewer’s annotation the later version counts, in either direction, and deletions travel', async () => {
  await change(ana, note(1, 'early'), tag(2, 'gone'))
  const early = await write(ana, 'json')
  await read(ben, early)
  await later()
  await change(ana, note(1, 'late'), tag(2, 'gone', false))
  expect(await read(ben, await write(ana, 'json'))).toMatchObject({ updated: 1, deleted: 1 })
  expect(await said(ben)).toEqual(['note ana late'])
  expect(await read(ben, early)).toMatchObject({ step: null, kept: 2, added: 0 })
  expect(await said(ben)).toEqual(['note ana late'])
})

test('an import that is undone leaves no trace, so that it cannot delete at its author’s', async () => {
  await change(ana, tag(1, 'x'))
  await read(ben, await write(ana, 'json'))
  expect((await ben.annotations.undo()).step?.title).toBe('Imported file.json')
  expect(await said(ben)).toEqual([])
  await later()
  await read(ana, await write(ben, 'json'))
  expect(await said(ana)).toEqual(['tag ana x'])
  await ben.annotations.redo()
  expect(await said(ben)).toEqual(['tag ana x'])
})

test('samples are found by content where they moved, and left alone where their content differs', async () => {
  const [entry] = (
    JSON.parse(textOf(await (await change(ana, tag(1, 'x')), write(ana, 'json')))) as { annotations: object[] }
  ).annotations
  const hashed = (sample: string, hash: string) => ({ ...entry, sample, hash })
  const other = createHash('sha256').update('other').digest('hex')
  const file = {
    format: 'headlight-annotations',
    version: 1,
    annotations: [hashed('Coat/1.png', other), hashed('nowhere.png', other)],
  }
  expect(await read(ben, JSON.stringify(file))).toMatchObject({
    step: null,
    unknown: { count: 1, paths: ['nowhere.png'] },
    mismatched: { count: 1, paths: ['Coat/1.png'] },
  })
})

test('a table of three columns is enough; it is said by who imports it', async () => {
  const report = await read(ben, 'kind;sample;text\ntag;Coat/1.png;blurry\nverdict;Coat/1.png;fine\n', 'mine.csv')
  expect(report).toMatchObject({ read: 2, added: 2, terms: true })
  expect(await said(ben)).toEqual(['tag ben blurry', 'verdict ben fine'])
})

test.each([
  ['{"format": "headlight-annotations", "version": 1, "annotations": [', /cut off or no JSON/],
  ['{"format": "other"}', /not a file of annotations/],
  ['{"format": "headlight-annotations", "version": 2, "annotations": []}', /newer Headlight/],
  [
    '{"format": "headlight-annotations", "version": 1, "annotations": [{"sample": "Coat/1.png", "kind": "region", "text": ""}]}',
    /annotations\.0\.region/,
  ],
  ['sample,text\nCoat/1.png,x', /no column kind/],
  ['sample,kind,text\nCoat/1.png,tag,x\nCoat/1.png,colour,x', /row 3, column kind/],
  ['sample,kind,text\nCoat/1.png,tag,', /row 2, column text/],
  ['', /empty/],
])('%j is refused whole', async (content, sentence) => {
  await expect(read(ben, content)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(sentence) })
  expect(await said(ben)).toEqual([])
})

test('kappa is what a table gives by hand, 1 for agreement, 0 for chance, nothing where chance alone agrees', () => {
  const table = [
    [88, 14, 18],
    [10, 40, 10],
    [2, 6, 12],
  ]
  const judgements = table.flatMap((row, i) =>
    row.flatMap((count, j) => Array.from({ length: count }, (): [string, string] => [String(i), String(j)])),
  )
  // 140 of 200 alike; by chance 0.6 * 0.5 + 0.3 * 0.3 + 0.1 * 0.2.
  expect(cohensKappa(judgements)).toBeCloseTo((0.7 - 0.41) / (1 - 0.41), 12)
  const judged = (...pairs: string[]) => cohensKappa(pairs.map((pair) => [pair[0] ?? '', pair[1] ?? '']))
  expect(judged('aa', 'bb')).toBe(1)
  expect(judged('aa', 'ab', 'ba', 'bb')).toBe(0)
  expect(judged('aa')).toBeNull()
  expect(judged()).toBeNull()
})

describe('a long file', () => {
  /** As many notes of others on one sample as take several parts. */
  const longFile = (notes: number) => {
    const annotations = Array.from({ length: notes }, (_, i) => ({
      ...{
        sample: 'Coat/1.png',
        kind: 'note',
        text: `note ${i}`,
        reviewer: `r${i}`,
        changedAt: '2026-01-01T00:00:00.000Z',
      },
    }))
    return new Uint8Array(Buffer.from(JSON.stringify({ format: 'headlight-annotations', version: 1, annotations })))
  }
  const said = async () => {
    const [first] = await ana.annotations.ofSamples({ ids: Uint32Array.of(1) })
    return first?.annotations ?? []
  }

  test('lets others annotate while it is merged, and is one step of undo that leaves theirs', async () => {
    const ended: string[] = []
    const importing = ana.annotations
      .import({ name: 'long.json', content: longFile(2000) })
      .then((report) => (ended.push('import'), report))
    await expect.poll(async () => (await said()).length).toBeGreaterThan(0)
    await change(ana, tag(2, 'odd')).then(() => ended.push('tag'))
    const undone = ana.annotations.undo()
    expect(await importing).toMatchObject({
      read: 2000,
      added: 2000,
      step: { title: 'Imported long.json', samples: 1 },
    })
    expect(ended).toEqual(['tag', 'import'])
    expect((await undone).step?.title).toMatch(/^Tagged/)
    expect(await said()).toHaveLength(2000)
    expect(await ana.annotations.undo()).toMatchObject({ step: { title: 'Imported long.json' } })
    expect(await said()).toHaveLength(0)
    expect(await ana.annotations.undo()).toMatchObject({ step: null })
  })

  test('that was cut off is merged by giving it again', async () => {
    await ana.annotations.change({ changes: [note(1, 'theirs')], reviewer: 'r1500' })
    writeBeside(`UPDATE annotation SET checksum = checksum + 1 WHERE reviewer = 'r1500'`)
    const file = { name: 'long.json', content: longFile(2000) }
    await expect(ana.annotations.import(file)).rejects.toMatchObject({
      code: 'project-damaged',
      message: expect.stringMatching(/damaged.* 1500 of 2000 entries of long\.json were merged before that/),
    })
    writeBeside(`UPDATE annotation SET checksum = checksum - 1 WHERE reviewer = 'r1500'`)
    expect(await said()).toHaveLength(1501)
    expect(await ana.annotations.import(file)).toMatchObject({ same: 1500, kept: 1, added: 499 })
    expect(await said()).toHaveLength(2000)
    for (const left of [1501, 1]) {
      await ana.annotations.undo()
      expect(await said()).toHaveLength(left)
    }
  })

  /** As no part of the program writes. */
  function writeBeside(sql: string): void {
    const file = new Sqlite(join(folder, 'a', 'P.headlight', 'review.sqlite'))
    file.exec(sql)
    file.close()
  }
})
