/**
 * A project that the first version of the program wrote over 12 demo images (formats: cache 2, review 1), with two tags
 * and a note of that time; printed.json is what that version printed of it.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProjectInfo, SampleRow } from '@shared/api'
import { Library } from '../library'
import { float32 } from '../typed-blobs'

const fixture = join(import.meta.dirname, 'fixtures', 'first-format')
const printed = JSON.parse(readFileSync(join(fixture, 'printed.json'), 'utf8')) as {
  samples: SampleRow[]
  /** Means of the first two layers. */
  groups: { name: string; count: number; mean: number[][] }[]
}
const folder = mkdtempSync(join(tmpdir(), 'headlight-old-'))
const path = join(folder, 'old.headlight')
const library = new Library()
let project: ProjectInfo

beforeAll(async () => {
  cpSync(fixture, path, { recursive: true })
  project = await library.project.open({ path })
})
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const ids = Uint32Array.from(printed.samples, ({ id }) => id)

test('its run and samples are as that version listed them', async () => {
  expect(project.notices).toEqual([])
  expect(project.runs).toMatchObject([{ id: 1, state: 'finished', total: 12, done: 12, failed: 0 }])
  expect([...(await library.samples.query({ runId: 1, filter: '', sort: 'path', descending: false })).ids]).toEqual([
    ...ids,
  ])
  const wanted = printed.samples.map((row) => ({ ...row, datasetLabel: row.labelName, split: null }))
  expect(await library.samples.rows({ runId: 1, ids })).toEqual(wanted)
})

test('its head scores and maps are kept to the bit', async () => {
  const old = new Sqlite(join(fixture, 'cache.sqlite'), { readonly: true })
  try {
    for (const id of ids) {
      const scores = old.prepare<[number], Buffer>(`SELECT head_l1 FROM result WHERE sample_id = ?`).pluck().get(id)
      const maps = old
        .prepare<[number], { method: string; relevance: Buffer }>(
          `SELECT method, relevance FROM map WHERE sample_id = ? ORDER BY method`,
        )
        .all(id)
      const detail = await library.samples.detail({ runId: 1, id })
      expect(detail.headL1).toEqual(float32(scores ?? Buffer.alloc(0)))
      expect(maps.map(({ method }) => method)).toEqual(['gmar_l1', 'rollout'])
      const now = detail.maps.toSorted((a, b) => a.method.localeCompare(b.method))
      expect(now).toEqual(maps.map(({ method, relevance }) => ({ method, values: float32(relevance) })))
    }
  } finally {
    old.close()
  }
})

test('its statistics are what that version computed, to the precision of the columns', async () => {
  const { groups, heads } = await library.statistics.heads({ runId: 1, by: 'class', filter: '', norm: 'l1' })
  const byName = new Map(groups.map((group) => [group.name, group]))
  expect(groups.length).toBe(printed.groups.length)
  for (const { name, count, mean } of printed.groups) {
    const group = byName.get(name)
    expect(group?.count).toBe(count)
    mean.flat().forEach((value, i) => expect(Math.abs((group?.mean[i] ?? NaN) - value)).toBeLessThan(2 ** -23))
    expect(mean[0]?.length).toBe(heads)
  }
})

test('its tags and notes are those of "me"', async () => {
  const tagged = await library.samples.query({ runId: 1, filter: 'tag:clutter', sort: 'path', descending: false })
  expect([...tagged.ids]).toEqual([1, 6])
  const said = await library.annotations.ofSamples({ ids: Uint32Array.from(tagged.ids) })
  expect(said).toMatchObject([
    { sampleId: 1, annotations: [{ kind: 'tag', text: 'clutter', reviewer: 'me' }] },
    { sampleId: 6, annotations: [{ kind: 'tag' }, { kind: 'note', text: 'The sole is hidden.', reviewer: 'me' }] },
  ])
})
