/** Files of a project that are emptied, removed, swapped, cut off or changed in some bytes. */
import { copyFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { pseudoRandom } from '../statistics/testing/pseudo-random'
import { backupFiles } from './backups'
import { edit, ownTemplate, rewrite, tryOpening } from './damage-fixture'

const LONG = process.env.HEADLIGHT_LONG === '1'
/** Copies of each file in which bytes are changed. */
const FLIPPED = LONG ? 200 : 10

const template = ownTemplate()
const { copy } = template

describe('review.sqlite', () => {
  test.each<[string, (review: string, project: string) => void, RegExp]>([
    [
      'has zero bytes',
      (review) => writeFileSync(review, ''),
      /review\.sqlite was empty and set aside as .*; the backup/,
    ],
    ['has no table', (review) => (rmSync(review), new Sqlite(review).exec('VACUUM').close()), /review\.sqlite was/],
    ['is missing after an orderly close', (review) => rmSync(review), /review\.sqlite was missing; the backup of/],
    ['is missing after a kill', (review, project) => (rmSync(review), rmSync(join(project, 'closed.json'))), /missing/],
    ['is a folder', (review) => (rmSync(review), mkdirSync(review)), /damaged and set aside as .*it is not a file/],
    ['is the cache', (review, project) => copyFileSync(join(project, 'cache.sqlite'), review), /holds results, not/],
    ['lacks a table', (review) => edit(review, `DROP TABLE annotation_change`), /annotation_change is missing/],
    [
      'has a table of other columns',
      (review) => edit(review, `ALTER TABLE term ADD COLUMN extra`),
      /table term is not as/,
    ],
    ['is cut off', (review) => truncateSync(review, 9000), /damaged and set aside/],
    [
      'has a definition that is not JSON',
      (review) => edit(review, `UPDATE run SET definition = '{"modelPath'`),
      /run 1/,
    ],
    [
      'has a definition of nothing',
      (review) => edit(review, `UPDATE run SET definition = '{}'`),
      /definition of run 1/,
    ],
    ['has a model without layers', (review) => edit(review, `UPDATE run SET model = '{"hash":"ab"}'`), /its model/],
    [
      'has a region that is no shape',
      (review) => edit(review, `UPDATE annotation SET shape = '[]' WHERE kind = 'region'`),
      /region of sample/,
    ],
  ])('that %s is replaced by the newest sound backup, which is said', async (_what, damage, sentence) => {
    const project = copy()
    damage(join(project, 'review.sqlite'), project)
    const { notices, annotations, answers, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toEqual([expect.stringMatching(sentence)])
    expect(annotations).toBe(template.annotations)
    expect(answers).toBe(template.answers)
  })

  test.each([0, -7, 17, 2 ** 30 + 1])('with %i for the version of its format is mended', async (version) => {
    const project = copy()
    edit(join(project, 'review.sqlite'), `PRAGMA user_version = ${version}`)
    edit(join(project, 'cache.sqlite'), `PRAGMA user_version = ${version}`)
    const { notices, annotations, answers, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toEqual([
      expect.stringMatching(/version in the header of review\.sqlite was damaged and is mended/),
      expect.stringMatching(/version in the header of cache\.sqlite was damaged and is mended/),
    ])
    expect(annotations).toBe(template.annotations)
    expect(answers).toBe(template.answers)
  })

  test('without tables, opened again and again, never pushes out the backup that has the notes', async () => {
    const project = copy()
    for (let session = 0; session < 5; session++) {
      writeFileSync(join(project, 'review.sqlite'), '')
      const { annotations } = await tryOpening(project)
      expect(annotations).toBe(template.annotations)
    }
  })
})

describe('cache.sqlite', () => {
  test.each<[string, (cache: string, project: string) => void, RegExp]>([
    ['has zero bytes', (cache) => writeFileSync(cache, ''), /cache\.sqlite was empty and set aside as/],
    ['is missing after an orderly close', (cache) => rmSync(cache), /cache\.sqlite was missing/],
    [
      'is the review file',
      (cache, project) => copyFileSync(join(project, 'review.sqlite'), cache),
      /holds annotations/,
    ],
    ['lacks the table of blocks', (cache) => edit(cache, `DROP TABLE run_block`), /table run_block is missing/],
    [
      'lacks a trigger',
      (cache) => edit(cache, `DROP TRIGGER run_sample_listed`),
      /trigger run_sample_listed is missing/,
    ],
    ['is cut off', (cache) => truncateSync(cache, 40_000), /damaged and set aside/],
    ['is a folder', (cache) => (rmSync(cache), mkdirSync(cache)), /it is not a file/],
  ])('that %s is set aside and made anew, which is said', async (_what, damage, sentence) => {
    const project = copy()
    damage(join(project, 'cache.sqlite'), project)
    const { notices, annotations, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toEqual([expect.stringMatching(sentence)])
    expect(annotations).toBe(template.annotations)
  })

  test('and review.sqlite in each other’s place are both replaced', async () => {
    const project = copy()
    renameSync(join(project, 'cache.sqlite'), join(project, 'x'))
    renameSync(join(project, 'review.sqlite'), join(project, 'cache.sqlite'))
    renameSync(join(project, 'x'), join(project, 'review.sqlite'))
    const { notices, annotations, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toHaveLength(2)
    expect(annotations).toBe(template.annotations)
  })
})

describe('a damaged index', () => {
  /** Makes the pages that begin indexes say nothing; gives the names of those indexes. */
  function blankIndexes(file: string, only: (name: string) => boolean): string[] {
    const database = new Sqlite(file)
    const pageBytes = Number(database.pragma('page_size', { simple: true }))
    const indexes = database
      .prepare<[], { name: string; page: number }>(
        `SELECT name, rootpage AS page FROM sqlite_schema WHERE type = 'index' AND rootpage > 0`,
      )
      .all()
      .filter(({ name }) => only(name))
    database.close()
    rewrite(file, (bytes) => {
      for (const { page } of indexes) bytes.fill(0xa5, (page - 1) * pageBytes, page * pageBytes)
      return bytes
    })
    return indexes.map(({ name }) => name)
  }

  test.each(['review', 'cache'])('of %s.sqlite is made anew, and nothing is lost without any backup', async (name) => {
    const project = copy()
    for (const backup of backupFiles(project)) rmSync(backup)
    const names = blankIndexes(join(project, `${name}.sqlite`), () => true)
    expect(names.length).toBeGreaterThan(1)
    const { notices, annotations, answers, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toEqual([
      expect.stringMatching(`${name}\\.sqlite was damaged and set aside.*only the indexes .*nothing is lost`),
    ])
    expect(annotations).toBe(template.annotations)
    expect(answers).toBe(template.answers)
  })

  test('beside a damaged table is no reason to trust the table', async () => {
    const project = copy()
    const review = join(project, 'review.sqlite')
    blankIndexes(review, () => true)
    rewrite(review, (bytes) => {
      for (let at = bytes.indexOf('number 3'); at >= 0; at = bytes.indexOf('number 3', at + 1)) bytes[at + 7] = 0x39
      return bytes
    })
    const { notices, annotations, refusals } = await tryOpening(project)
    expect(refusals).toEqual([])
    expect(notices).toEqual([expect.stringMatching(/review\.sqlite was damaged and set aside.*the backup of/)])
    expect(annotations).toBe(template.annotations)
  })
})

describe.each(['review.sqlite', 'cache.sqlite'])('changed bytes in %s', (name) => {
  test('end in what was there, in a sound backup, or in a sentence', async () => {
    const random = pseudoRandom(name.length * 77 + 5, FLIPPED * 41)
    let next = 0
    const below = (limit: number) => Math.floor(random[next++]! * limit)
    for (let file = 0; file < FLIPPED; file++) {
      const project = copy()
      const places: string[] = []
      rewrite(join(project, name), (bytes) => {
        for (let i = 0; i < (file % 2 === 0 ? 20 : 1); i++) {
          const at = below(bytes.length)
          const by = 1 + below(255)
          places.push(`${at}^${by}`)
          bytes[at] = bytes[at]! ^ by
        }
        return bytes
      })
      const outcome = await tryOpening(project)
      const about = `${name} with ${places.join(' ')}: ${JSON.stringify([outcome.notices, outcome.refusals])}`
      for (const { code, message } of outcome.refusals) {
        expect(code, about).not.toBe('internal')
        expect(message, about).toMatch(/\.$/)
      }
      if (outcome.annotations !== null) expect(outcome.annotations === template.annotations, about).toBe(true)
      if (outcome.notices?.length === 0 && outcome.answers !== null) {
        expect(outcome.answers === template.answers, about).toBe(true)
      }
      rmSync(join(project, '..'), { recursive: true })
    }
  })
})
