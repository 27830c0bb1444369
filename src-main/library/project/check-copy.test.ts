import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BUILT } from '../../service/testing/built-program'
import { Backups, type CheckCopy } from './backups'
import { checkCopyInThread } from './check-copy'
import { filesOf, Project } from './project'

const checkCopy: CheckCopy = (copy, alone) => checkCopyInThread(BUILT.library, copy, alone)

let folder: string
let project: Project
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-copy-'))
  project = Project.create(join(folder, 'P.headlight'))
})
afterEach(async () => {
  await project.close()
  rmSync(folder, { recursive: true })
})

test('a copy is checked in a thread while the project is in use, and in this one as it closes', async () => {
  const checked: string[] = []
  const counted: CheckCopy = async (copy, alone) => {
    const damage = await checkCopy(copy, alone)
    checked.push(damage ?? 'sound')
    return damage
  }
  const options = { alone: false, checkCopy: counted }
  const backups = new Backups(project.review, filesOf(project.path).review, folder, options, () => undefined)
  await backups.save()
  expect(checked).toEqual(['sound'])
  project.review.exec(`ALTER TABLE triage_place RENAME TO gone; INSERT INTO setting VALUES ('k', 'v')`)
  await expect(backups.save()).rejects.toMatchObject({ code: 'project-damaged' })
  expect(checked).toHaveLength(2)
  project.review.exec(`ALTER TABLE gone RENAME TO triage_place; INSERT INTO setting VALUES ('l', 'v')`)
  backups.stop()
  await backups.save()
  expect(checked).toHaveLength(2)
})
