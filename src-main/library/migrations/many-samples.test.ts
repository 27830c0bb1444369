/**
 * A large project of the version before storage was laid out anew (formats: cache 5, review 3). It is made of the fixture of the first
 * version: its twelve samples over and over, written by the schema of that version, with annotations and sums of attention of that time.
 * A million samples in `npm run test:long`, else some thousands.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProjectInfo } from '@shared/api'
import { Library } from '../library'
import { migrate } from '../project/migrate'
import { integersOf } from '../statistics/integer-sums'
import { float32 } from '../typed-blobs'
import { CACHE_MIGRATIONS, REVIEW_MIGRATIONS } from '.'

const LONG = process.env.HEADLIGHT_LONG === '1'
const TEMPLATES = 12
/** How often each of the fixture's samples is there. */
const TIMES = LONG ? 83_334 : 500
const TOTAL = TEMPLATES * TIMES
/** Every so many samples have a tag. */
const TAGGED = 1000
/** Units of 2^-30 in a sum: each of them counts. */
const UNITS = 2 ** 52 + 1

const fixture = join(import.meta.dirname, 'fixtures', 'first-format')
const printed = JSON.parse(readFileSync(join(fixture, 'printed.json'), 'utf8')) as {
  groups: { name: string; count: number; mean: number[][] }[]
}
const folder = mkdtempSync(join(tmpdir(), 'headlight-many-'))
const path = join(folder, 'old.headlight')
const library = new Library()
let project: ProjectInfo

/** Sample ids from 1: the fixture's are 1 to 12, and each later one is like the one twelve before it. */
const LATER = `WITH RECURSIVE later (id, like) AS (
  SELECT ${TEMPLATES + 1}, 1 UNION ALL SELECT id + 1, id % ${TEMPLATES} + 1 FROM later WHERE id < ${TOTAL})`

function writeOldProject(): void {
  cpSync(fixture, path, { recursive: true })
  const review = new Sqlite(join(path, 'review.sqlite'))
  migrate(
    review,
    REVIEW_MIGRATIONS.filter(({ version }) => version <= 3),
  )
  review.exec(`
    BEGIN;
    INSERT INTO sample_key (id, dataset_id, path)
      ${LATER} SELECT later.id, 1, printf('%s#%07d', path, later.id) FROM later JOIN sample_key ON sample_key.id = later.like;
    INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at)
      SELECT id, 'tag', 'me', 'blurred', 'blurred', '2026-01-02', '2026-01-02' FROM sample_key WHERE id % ${TAGGED} = 0;
    COMMIT`)
  review.close()
  const cache = new Sqlite(join(path, 'cache.sqlite'))
  migrate(
    cache,
    CACHE_MIGRATIONS.filter(({ version }) => version <= 5),
  )
  const sums = Buffer.from(Float64Array.of(UNITS, 0, 1).buffer).toString('hex')
  cache.exec(`
    BEGIN;
    INSERT INTO sample (id, dataset_id, path, folder, width, height, bytes, hash)
      ${LATER} SELECT later.id, 1, printf('%s#%07d', path, later.id), folder, width, height, bytes, printf('%064d', later.id)
      FROM later JOIN sample ON sample.id = later.like;
    INSERT INTO run_sample (run_id, sample_id, position, state, label, prediction, target, confidence, correct)
      ${LATER} SELECT 1, later.id, later.id - 1, state, label, prediction, target, confidence, correct
      FROM later JOIN run_sample ON sample_id = later.like;
    INSERT INTO result (run_id, sample_id, top_class, top_logit, top_probability, head_l1, head_l2)
      ${LATER} SELECT 1, later.id, top_class, top_logit, top_probability, head_l1, head_l2
      FROM later JOIN result ON sample_id = later.like;
    -- The last sample has maps; a million of them would be 1.5 GB that say the same.
    INSERT INTO map SELECT run_id, method, ${TOTAL}, relevance FROM map WHERE sample_id = ${TEMPLATES};
    UPDATE run_state SET total = ${TOTAL}, done = ${TOTAL}, correct = correct * ${TIMES}, labelled = ${TOTAL};
    INSERT INTO attention_sum VALUES (1, 0, 9, 1, ${TIMES}, x'${sums}');
    COMMIT`)
  cache.close()
}

beforeAll(async () => {
  writeOldProject()
  project = await library.project.open({ path })
}, 1_800_000)
afterAll(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
}, 600_000)

const query = async (filter: string) =>
  (await library.samples.query({ runId: 1, filter, sort: 'path', descending: false })).ids

test('every sample is there, and every count is that of the fixture times so many', async () => {
  expect(project.notices).toEqual([])
  expect(project.runs).toMatchObject([{ id: 1, state: 'finished', total: TOTAL, done: TOTAL, failed: 0 }])
  expect(await query('')).toHaveLength(TOTAL)
  expect(await query('correct:true')).toHaveLength(10 * TIMES)
  expect(await query('correct:false')).toHaveLength(2 * TIMES)
  const boots = (await query('label:Ankle_boot')).length
  expect(boots % TIMES).toBe(0)
  expect(boots).toBeGreaterThan(0)
}, 600_000)

test('statistics are those of the fixture, with so many times the samples', async () => {
  const { groups } = await library.statistics.heads({ runId: 1, by: 'class', filter: '', norm: 'l1' })
  const byName = new Map(groups.map((group) => [group.name, group]))
  expect(groups).toHaveLength(printed.groups.length)
  for (const { name, count, mean } of printed.groups) {
    expect(byName.get(name)?.count).toBe(count * TIMES)
    mean.flat().forEach((value, at) => expect(Math.abs(byName.get(name)!.mean[at]! - value)).toBeLessThan(2 ** -23))
  }
}, 600_000)

test('tags, maps and scores of the last samples are as they were', async () => {
  expect(await query('tag:blurred')).toHaveLength(Math.floor(TOTAL / TAGGED))
  expect([...(await query('tag:clutter'))]).toEqual([1, 6])
  const old = new Sqlite(join(fixture, 'cache.sqlite'), { readonly: true })
  const scores = old.prepare<[], Buffer>(`SELECT head_l1 FROM result WHERE sample_id = ${TEMPLATES}`).pluck().get()
  old.close()
  const last = await library.samples.detail({ runId: 1, id: TOTAL })
  expect(last.headL1).toEqual(float32(scores!))
  expect(last.maps.map(({ method }) => method).toSorted()).toEqual(['gmar_l1', 'rollout'])
})

test('sums of attention are whole numbers now, to the last unit', () => {
  const cache = new Sqlite(join(path, 'cache.sqlite'), { readonly: true })
  const sums = cache.prepare<[], Buffer>(`SELECT sums FROM attention_sum`).pluck().get()
  const unchecked = cache.prepare(`SELECT count(*) FROM run_sample WHERE checksum IS NULL`).pluck().get()
  cache.close()
  expect([...integersOf(sums!)]).toEqual([UNITS, 0, 1])
  expect(unchecked).toBe(0)
})
