import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allAnnotationParts } from '@shared/api/annotation-parts'
import { LIMITS } from '@shared/api/limits'
import type { Library } from '../library'
import { definitionOf, model, writeImages } from '../library-fixture'
import { note, projectOf, tag, textOf, write } from './annotations-fixture'
import { inOrderOfPaths } from './export-annotations'
import { annotationLines, WRITTEN_FILES } from './written-file'

let folder: string
let ana: Library
const PATHS = ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png']

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-export-annotations-'))
  ana = await projectOf(folder, 'a', 'ana', PATHS)
})
afterEach(async () => {
  await ana.project.close()
  rmSync(folder, { recursive: true })
})

test('labels and splits stand beside annotations: of the run exported, otherwise of the one that was in view', async () => {
  const changes = [tag(1, 'x')]
  await ana.annotations.change({ changes, runId: 1 })
  await ana.annotations.change({ changes: [note(3, 'no run in view')] })
  const columns = { dataset_label: 'Coat', label: 'Coat', split: null }
  const none = { dataset_label: null, label: null, split: null }
  const annotationsOf = (content: Uint8Array) => (JSON.parse(textOf(content)) as { annotations: object[] }).annotations
  expect(annotationsOf(await write(ana, 'json'))).toMatchObject([columns, none])
  const ofRun = await write(ana, 'json', 1)
  expect(annotationsOf(ofRun)).toMatchObject([columns, { dataset_label: 'Shirt', label: 'Shirt' }])
  const [header, first] = textOf(await write(ana, 'csv')).split(/\r?\n/)
  expect(header).toMatch(/,changedAt,dataset_label,label,split$/)
  expect(first).toMatch(/,Coat,Coat,$/)
  // Two runs of one name: whose labels are meant is not guessed.
  const { definition, model } = await ana.runs.get({ runId: 1 })
  const other = await ana.runs.begin({ definition: { ...definition, methods: ['gmar_l2'] }, model, certificate: null })
  await ana.runs.rename({ runId: other.id, name: 'run' })
  expect(annotationsOf(await write(ana, 'json'))).toMatchObject([none, none])
})

test.each(['json', 'csv'] as const)(
  'a long %s file comes in parts of a limited size, which are the file',
  async (format) => {
    // 256 KiB a call, of both lists: written down, and half of it taken back.
    const long = (seed: number) => `${seed} ${'ß'.repeat(19_000)}`
    for (let seed = 0; seed < 60; seed++) {
      const reviewer = `r${seed}`
      const changes = [note(1 + (seed % 3), long(seed))]
      await ana.annotations.change({ changes, reviewer })
      if (seed % 2 === 1) await ana.annotations.change({ changes: [note(1 + (seed % 3), '')], reviewer })
    }
    const asked: (string | null)[] = []
    const parts = await allAnnotationParts((after) => {
      asked.push(after)
      return ana.annotations.export({ format, after })
    })
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(part.byteLength).toBeLessThan(LIMITS.exportBytes + 2 * 40_000)
    const file = textOf(Buffer.concat(parts))
    const texts = format === 'json' ? JSON.parse(file).annotations : file.split('\r\n').slice(1, -1)
    expect(texts).toHaveLength(30)
    const { total } = await ana.annotations.export({ format, after: asked[1] })
    expect(total).toBe(30)
    const ben = await projectOf(folder, 'b', 'ben', ['0.png', ...PATHS])
    const content = Uint8Array.from(Buffer.from(file))
    expect(await ben.annotations.import({ name: 'file.json', content })).toMatchObject({ read: 30, added: 30 })
    await ben.project.close()
    const elsewhere = asked[1]!.replace(/"at":\[\d+/, '"at":[99')
    for (const after of ['{}', elsewhere]) {
      await expect(ana.annotations.export({ format, after })).rejects.toMatchObject({ code: 'usage' })
    }
  },
)

test('parts go on where the one before ended, dataset by dataset, in order of paths', async () => {
  const second = join(folder, 'second')
  await writeImages(second, ['Bag/1.png', 'Coat/1.png'])
  await ana.runs.begin({ definition: definitionOf(second), model, certificate: null })
  const ids = [3, 5, 1, 4, 2]
  for (const reviewer of ['r2', 'r1']) {
    const changes = ids.map((id) => note(id, `${id} ${'x'.repeat(LIMITS.exportBytes / 5)}`))
    for (const each of changes) await ana.annotations.change({ changes: [each], reviewer })
  }
  const parts = await allAnnotationParts((after) => ana.annotations.export({ format: 'csv', after }))
  expect(parts.length).toBeGreaterThan(1)
  const rows = textOf(Buffer.concat(parts)).split('\r\n').slice(1, -1)
  const order = rows.map((row) => `${row.split(',')[0]} ${/,(r\d),/.exec(row)![1]}`)
  const paths = [...PATHS, 'Bag/1.png', 'Coat/1.png']
  expect(order).toEqual(paths.flatMap((path) => [`${path} r1`, `${path} r2`]))
})

test.each([false, true])('a part reads no more than itself: nothing is sorted (begun: %s)', (isBegun) => {
  const review = new Sqlite(join(folder, 'a', 'P.headlight', 'review.sqlite'), { readonly: true })
  const plan = review
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${inOrderOfPaths(isBegun)}`)
    .all(1, 0, ...(isBegun ? ['Coat/1.png', 'Coat/1.png', 'note', 'ana', ''] : []))
  review.close()
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringMatching(/^SEARCH s USING COVERING INDEX/),
    expect.stringMatching(/^SEARCH a USING PRIMARY KEY/),
  ])
})

test('a spreadsheet runs nothing of a CSV file', async () => {
  await ana.annotations.change({ changes: [tag(1, '=HYPERLINK("http://x.y","z")'), note(2, '@SUM(A1)')] })
  expect(textOf(await write(ana, 'csv'))).not.toMatch(/(^|,|")[=@]/m)
})

test.each([0, 1, 3])('annotations of a written file are found without decoding it whole: %i of them', async (count) => {
  const texts = ['two\nlines [{', '\u2028 "annotations": [', 'Übergröße \\ "'].slice(0, count)
  const annotations = texts.map((text) => ({ sample: 'a.png', kind: 'note' as const, text }))
  const deleted = [{ sample: 'b.png', kind: 'tag' as const, text: 'gone' }]
  const terms = [{ name: 'annotations', colour: '#000000', hotkey: null }]
  const { open, entry, between, close } = WRITTEN_FILES.json
  const file = [
    open({ about: { project: 'P' }, tags: terms, verdicts: [] }),
    ...annotations.map((annotation, index) => entry(annotation, index === 0)),
    between(count === 0),
    ...deleted.map((annotation, index) => entry(annotation, index === 0)),
    close(false),
  ].join('')
  expect(JSON.parse(file)).toMatchObject({ tags: terms, verdicts: [], annotations, deleted })
  // Parts end anywhere.
  const parts = Readable.from(file.match(/.{1,7}/gs) ?? []).map((part: string) =>
    Buffer.from(part),
  ) as AsyncIterable<Buffer>
  const lines: unknown[] = []
  for await (const line of annotationLines(parts)) lines.push(JSON.parse(line.toString()))
  expect(lines).toEqual(annotations)
})
