import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backupFiles, Backups } from './backups'
import { damagePages, ownTemplate, tryOpening } from './damage-fixture'
import { filesOf, Project } from './project'
import { setting, writeSetting } from './project-fixture'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-backups-'))
  path = join(folder, 'My review.headlight')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('backups', () => {
  test('are made when something changed, the last three are kept, and the newest sound one is restored', async () => {
    const first = Project.create(path)
    for (const value of ['1', '2', '3', '4', '5']) {
      first.review.prepare(`INSERT OR REPLACE INTO setting VALUES ('k', ?)`).run(value)
      await first.backup()
      await first.backup()
    }
    await first.close()
    const backups = readdirSync(path).filter((name) => name.includes('backup'))
    expect(backups.toSorted()).toEqual(['', '-2', '-3'].map((age) => `review.backup${age}.sqlite.gz`).toSorted())
    damagePages(join(path, 'review.sqlite'))
    truncateSync(join(path, 'review.backup.sqlite.gz'), 500)
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/damaged and set aside as .*; the backup of/)
    expect(setting(opened)).toBe('4')
    await opened.close()
  })

  test('that a former version wrote plain are restored as well, and make room for new ones', async () => {
    const project = Project.create(path)
    writeSetting(project)
    await project.backup()
    await project.close()
    const plain = gunzipSync(readFileSync(join(path, 'review.backup.sqlite.gz')))
    rmSync(join(path, 'review.backup.sqlite.gz'))
    for (const age of ['', '-2', '-3']) writeFileSync(join(path, `review.backup${age}.sqlite`), plain)
    damagePages(join(path, 'review.sqlite'))
    const opened = Project.open(path)
    expect(setting(opened)).toBe('v')
    await opened.close()
    expect(backupFiles(path).map((file) => basename(file))).toEqual([
      'review.backup.sqlite.gz',
      'review.backup.sqlite',
      'review.backup-2.sqlite',
    ])
  })

  test.skipIf(process.platform === 'win32')('that are pipes are not waited for, and make room', async () => {
    const project = Project.create(path)
    for (const age of ['', '-2', '-3']) execFileSync('mkfifo', [join(path, `review.backup${age}.sqlite.gz`)])
    writeSetting(project)
    await project.backup()
    expect(statSync(join(path, 'review.backup.sqlite.gz')).isFile()).toBe(true)
    await project.close()
  })

  test('are made now and then while a project is open', async () => {
    const project = Project.create(path)
    const backups = new Backups(project.review, filesOf(path).review, folder, { alone: false }, () => undefined, 5)
    writeSetting(project)
    await vi.waitFor(() => expect(readdirSync(folder)).toContain('review.backup.sqlite.gz'))
    backups.stop()
    await project.close()
  })
})

describe('backups of a project with annotations', () => {
  const template = ownTemplate()
  const { copy } = template

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
