/** Single rows of review.sqlite that are not as they were written. */
import { cpSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { unclaimedRuns } from '../lineage/unclaimed-runs'
import { backupFiles } from './backups'
import { edit, ownTemplate, rewrite, tryOpening } from './damage-fixture'
import { Project } from './project'

const template = ownTemplate()
const { copy } = template

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
