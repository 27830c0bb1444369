/** Files of a project that are emptied, removed, swapped, cut off or changed in some bytes. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { teachRowChecksum } from '../stored/row-checksum'
import { unclaimedRuns } from '../lineage/unclaimed-runs'
import { pseudoRandom } from '../statistics/testing/pseudo-random'
import { backupFiles } from './backups'
import { copyOf, makeTemplate, rewrite, type Template, tryOpening } from './damage-fixture'
import { Project } from './project'

const LONG = process.env.HEADLIGHT_LONG === '1'
/** Copies of each file in which bytes are changed. */
const FLIPPED = LONG ? 200 : 10

let template: Template
let copies = 0
const copy = () => copyOf(template, `copy-${++copies}`)
beforeAll(async () => {
  template = await makeTemplate()
})
afterAll(() => template.remove())

function edit(file: string, sql: string): void {
  const database = new Sqlite(file)
  teachRowChecksum(database)
  database.exec(sql)
  database.close()
}

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
      'has a definition that is no JSON',
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

describe('one letter of an annotation', () => {
  const change = (bytes: Buffer) => {
    for (let at = bytes.indexOf('number 3'); at >= 0; at = bytes.indexOf('number 3', at + 1)) bytes[at + 7] = 0x39
    return bytes
  }

  test('that changed on the disk is found on opening, and the backup takes its place', async () => {
    const project = copy()
    rewrite(join(project, 'review.sqlite'), change)
    const { notices, annotations } = await tryOpening(project)
    expect(notices).toEqual([expect.stringMatching(/a row of annotation is not as it was written.*the backup of/)])
    expect(annotations).toBe(template.annotations)
  })

  test('that changed in a file which seems as it was closed is found on reading, then on opening again', async () => {
    const project = copy()
    const review = join(project, 'review.sqlite')
    const { mtimeMs } = statSync(review)
    writeFileSync(review, change(readFileSync(review)))
    utimesSync(review, new Date(), new Date(Math.floor(mtimeMs)))
    const first = await tryOpening(project)
    expect(first.notices).toEqual([])
    expect(first.refusals[0]).toMatchObject({
      code: 'project-damaged',
      message: expect.stringContaining('an annotation of sample 3 is not as it was written'),
    })
    expect((await tryOpening(project)).annotations).toBe(template.annotations)
  })
})

test('a step of undo that changed on the disk is as the backup has it', async () => {
  const project = copy()
  edit(
    join(project, 'review.sqlite'),
    `UPDATE annotation_change SET after = 'x' || after WHERE step_id = (SELECT max(step_id) FROM annotation_change)`,
  )
  const { notices, annotations, refusals } = await tryOpening(project)
  expect(refusals).toEqual([])
  expect(notices).toEqual([expect.stringMatching(/as the backup of \S+Z has it is step \d+/)])
  expect(annotations).toBe(template.annotations)
})

describe('damage in single rows of review.sqlite', () => {
  /** A project with notes that no backup has, closed as by a kill. */
  async function withLaterNotes(): Promise<string> {
    const path = copy()
    const project = Project.open(path)
    const add = project.review.prepare(
      `INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at)
       VALUES (?, 'note', 'Ben', '', ?, '2027-01-01', '2027-01-01')`,
    )
    for (let id = 1; id <= 8; id++) add.run(id, `later ${id}`)
    const left = join(path, '..', 'left', 'P.headlight')
    cpSync(path, left, { recursive: true, filter: (file) => !file.endsWith('.lock') })
    await project.close()
    return left
  }

  const notesOf = (path: string) => {
    const review = new Sqlite(join(path, 'review.sqlite'), { readonly: true })
    try {
      return review
        .prepare<[], string>(`SELECT text FROM annotation WHERE kind = 'note' AND deleted = 0 ORDER BY reviewer, text`)
        .pluck()
        .all()
    } finally {
      review.close()
    }
  }
  const former = Array.from({ length: 8 }, (_, i) => `The sleeve of number ${i + 1} lies outside of the picture.`)
  const later = Array.from({ length: 8 }, (_, i) => `later ${i + 1}`)
  /** Without the triggers that would write another checksum. */
  const damage = (path: string, sql: string) => {
    const review = new Sqlite(join(path, 'review.sqlite'))
    const triggers = review
      .prepare<[], { name: string; sql: string }>(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
      .all()
    for (const { name } of triggers) review.exec(`DROP TRIGGER ${name}`)
    review.exec(sql)
    for (const trigger of triggers) review.exec(trigger.sql)
    review.close()
  }

  test.each<[string, string, RegExp, string[]]>([
    [
      'a note that a backup has',
      `UPDATE annotation SET text = 'xhe sleeve' WHERE kind = 'note' AND reviewer = 'Ada' AND sample_id = 3`,
      /as the backup of \S+Z has it is the note of Ada on Bag\/picture-5\.png\.$/,
      [...former, ...later],
    ],
    [
      'the reviewer of a note that a backup has',
      `UPDATE annotation SET reviewer = 'Adb' WHERE kind = 'note' AND reviewer = 'Ada' AND sample_id = 3`,
      /as the backup of \S+Z has it is the note of Ada on Bag\/picture-5\.png\.$/,
      [...former, ...later],
    ],
    [
      'a note that no backup has',
      `UPDATE annotation SET text = 'xater 5' WHERE reviewer = 'Ben' AND sample_id = 5`,
      /only in the other file is the note of Ben on Coat\/picture-0\.png\.$/,
      [...former, ...later.filter((text) => text !== 'later 5')],
    ],
    [
      'the model of a run',
      `UPDATE run SET model = replace(model, 'hash', 'hasx')`,
      /what run 1 says about its model.*as the backup of \S+Z has it is run 1\.$/,
      [...former, ...later],
    ],
    [
      'a step of undo',
      `UPDATE annotation_change SET after = 'x' || after WHERE step_id = (SELECT max(step_id) FROM annotation_change)`,
      /as the backup of \S+Z has it is step \d+ of the annotations\.$/,
      [...former, ...later],
    ],
    [
      'a step of undo that no backup has',
      `UPDATE annotation_change SET after = 'x' || after WHERE step_id = (SELECT max(step_id) FROM annotation_change);
       UPDATE annotation_step SET made_at = '2027-01-01' WHERE id = (SELECT max(id) FROM annotation_step)`,
      /no longer to be undone is step \d+ of the annotations\.$/,
      [...former, ...later],
    ],
    [
      'the list of deleted runs',
      `INSERT INTO setting VALUES ('deleted-runs', '[1')`,
      /the list of deleted runs is empty now\.$/,
      [...former, ...later],
    ],
  ])('%s costs that row alone, which is named', async (_what, sql, sentence, notes) => {
    const path = await withLaterNotes()
    damage(path, sql)
    const { notices, answers, refusals } = await tryOpening(path)
    expect(refusals).toEqual([])
    expect(notices).toEqual([expect.stringMatching(sentence)])
    expect(notices?.[0]).toMatch(/^review\.sqlite was damaged and set aside as review\.damaged-/)
    expect(notesOf(path)).toEqual(notes)
    expect(answers).toBe(template.answers)
    expect(readdirSync(path).filter((name) => name.includes('.part'))).toEqual([])
  })

  test('a run that no backup has is offered back with its results', async () => {
    const path = await withLaterNotes()
    for (const backup of backupFiles(path)) rmSync(backup)
    damage(path, `UPDATE run SET model = replace(model, 'hash', 'hasx')`)
    const project = Project.open(path)
    expect(project.notices).toEqual([expect.stringMatching(/only in the other file is run 1\.$/)])
    expect(unclaimedRuns(project)).toMatchObject([{ id: 1, restorable: true }])
    await project.close()
    expect(notesOf(path)).toEqual([...former, ...later])
  })
})

describe('backups', () => {
  const contents = (project: string) => backupFiles(project).map((file) => file.slice(project.length + 1))

  test('that hold more than the file does stay, beside the newest three', async () => {
    const path = copy()
    const richest = backupFiles(path)[0] ?? ''
    const kept = join(path, '..', 'richest.gz')
    copyFileSync(richest, kept)
    const project = Project.open(path)
    project.review.exec(`DELETE FROM annotation_step; DELETE FROM annotation`)
    for (let save = 0; save < 6; save++) {
      project.review.exec(`INSERT OR REPLACE INTO setting VALUES ('k', '${save}')`)
      await project.backup()
    }
    await project.close()
    expect(contents(path)).toContain('review.backup-4.sqlite.gz')
    expect(contents(path)).not.toContain('review.backup-5.sqlite.gz')
    rmSync(join(path, 'review.sqlite'))
    expect((await tryOpening(path)).annotations).toBe(template.annotations)
  })

  test('of a file that turns out to be damaged are not made', async () => {
    const path = copy()
    const project = Project.open(path)
    const before = contents(path).length
    project.review.exec(`UPDATE run SET definition = 'nothing'`)
    await expect(project.backup()).rejects.toMatchObject({ code: 'project-damaged' })
    await expect(project.close()).rejects.toMatchObject({ code: 'project-damaged' })
    expect(contents(path).length).toBe(before)
    expect(readdirSync(path).filter((name) => name.includes('.part'))).toEqual([])
    expect((await tryOpening(path)).annotations).toBe(template.annotations)
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
