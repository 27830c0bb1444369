import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { damagePages } from './damage-fixture'
import { stampFile } from './file-identity'
import { Project } from './project'
import { setting, writeSetting } from './project-fixture'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-project-'))
  path = join(folder, 'My review.headlight')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a project', () => {
  test('is created once and opened again', async () => {
    const created = Project.create(path)
    expect(created.name).toBe('My review')
    expect(created.notices).toEqual([])
    writeSetting(created)
    expect(created.review.pragma('synchronous', { simple: true })).toBe(2)
    expect(created.review.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(created.cache.pragma('synchronous', { simple: true })).toBe(1)
    await created.close()
    expect(() => Project.create(path)).toThrow(expect.objectContaining({ code: 'usage' }))
    const opened = Project.open(path)
    expect(setting(opened)).toBe('v')
    expect(opened.notices).toEqual([])
    await opened.close()
  })

  test('is refused where there is none, or where it cannot be', () => {
    expect(() => Project.open(path)).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => Project.open(folder)).toThrow(expect.objectContaining({ code: 'not-found' }))
    writeFileSync(join(folder, 'file'), '')
    for (const impossible of [join(folder, 'file'), join(folder, 'file', 'P.headlight'), '/proc/nowhere/P.headlight']) {
      expect(() => Project.create(impossible)).toThrow(expect.objectContaining({ code: 'not-writable' }))
    }
  })

  test('is created in a folder where a killed program left nothing but its lock, or its first files empty', async () => {
    mkdirSync(path)
    for (const name of ['project.lock', 'project.lock-journal', 'owner.json']) writeFileSync(join(path, name), '')
    await Project.create(path).close()
    for (const name of ['review.sqlite', 'cache.sqlite']) writeFileSync(join(path, name), '')
    for (const name of ['review.backup.sqlite.gz', 'closed.json']) rmSync(join(path, name))
    const opened = Project.open(path)
    writeSetting(opened)
    await opened.close()
  })

  test('does not take over a folder with other things in it', () => {
    mkdirSync(path)
    writeFileSync(join(path, 'thesis.tex'), '')
    expect(() => Project.create(path)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(readdirSync(path)).toEqual(['thesis.tex'])
  })

  test('of a newer version is refused and left as it was', async () => {
    await Project.create(path).close()
    const database = new Sqlite(join(path, 'review.sqlite'))
    stampFile(database, 'review', 99)
    database.close()
    expect(() => Project.open(path)).toThrow(expect.objectContaining({ code: 'project-newer' }))
    expect(readdirSync(path).filter((name) => name.includes('damaged'))).toEqual([])
    // The refusal gives the lock back: the next attempt is refused for the same reason.
    expect(() => Project.open(path)).toThrow(expect.objectContaining({ code: 'project-newer' }))
  })
})

describe('a damaged file', () => {
  test('of the cache is set aside whole, and an empty one takes its place', async () => {
    const created = Project.create(path)
    writeSetting(created)
    await created.close()
    damagePages(join(path, 'cache.sqlite'))
    const bytes = statSync(join(path, 'cache.sqlite')).size
    const opened = Project.open(path)
    expect(opened.notices).toHaveLength(1)
    expect(opened.notices[0]).toMatch(/cache\.sqlite was damaged and set aside as cache\.damaged-/)
    const aside = readdirSync(path).find((name) => name.startsWith('cache.damaged-'))
    expect(statSync(join(path, aside ?? '')).size).toBe(bytes)
    expect(setting(opened)).toBe('v')
    expect(opened.cache.prepare(`SELECT count(*) FROM sample`).pluck().get()).toBe(0)
    await opened.close()
    const again = Project.open(path)
    expect(again.notices).toEqual([])
    await again.close()
  })

  test('that is no database at all counts as damaged', async () => {
    await Project.create(path).close()
    writeFileSync(join(path, 'cache.sqlite'), 'x'.repeat(5000))
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/set aside/)
    await opened.close()
  })

  test('of the review is replaced by its backup', async () => {
    const created = Project.create(path)
    writeSetting(created)
    await created.close()
    damagePages(join(path, 'review.sqlite'))
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/review\.sqlite was damaged and set aside as .*; the backup of/)
    expect(setting(opened)).toBe('v')
    await opened.close()
  })

  test('of the review without a backup leaves an empty one and says so', async () => {
    await Project.create(path).close()
    rmSync(join(path, 'review.backup.sqlite.gz'))
    writeFileSync(join(path, 'review.sqlite'), 'no database')
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/there is no backup/)
    await opened.close()
  })

  test('a missing cache is made anew, with a notice', async () => {
    await Project.create(path).close()
    rmSync(join(path, 'cache.sqlite'))
    const opened = Project.open(path)
    expect(opened.notices).toEqual([expect.stringContaining('cache.sqlite was missing')])
    await opened.close()
  })
})

describe('the check on opening', () => {
  /** A project whose last pages hold a text: not the schema, which is always read. */
  async function createLarge() {
    const project = Project.create(path)
    project.review.prepare(`INSERT INTO setting VALUES ('long', ?)`).run('x'.repeat(40_000))
    await project.close()
  }
  /** Does something to a file and gives it back its time, to the millisecond: a Date of it would be rounded up. */
  function unseen(file: string, change: (file: string) => void) {
    const { mtimeMs } = statSync(file)
    change(file)
    utimesSync(file, new Date(), new Date(Math.floor(mtimeMs)))
  }
  /** Damages the last page: only reading it can tell. */
  const damageUnseen = (file: string) =>
    unseen(file, () => {
      const descriptor = openSync(file, 'r+')
      writeSync(descriptor, Buffer.alloc(4096, 0x5a), 0, 4096, statSync(file).size - 4096)
      closeSync(descriptor)
    })
  const review = () => join(path, 'review.sqlite')

  test('is left out for files that are as they were closed, and only for those', async () => {
    await createLarge()
    damageUnseen(review())
    const trusted = Project.open(path)
    expect(trusted.notices).toEqual([])
    trusted.doubt()
    await trusted.close().catch(() => undefined)
    const checked = Project.open(path)
    expect(checked.notices[0]).toMatch(/review\.sqlite was damaged and set aside/)
    await checked.close()
  })

  test('is made after all when a file that seems to be as it was closed cannot be opened', async () => {
    await createLarge()
    unseen(join(path, 'cache.sqlite'), damagePages)
    const opened = Project.open(path)
    expect(opened.notices).toEqual([expect.stringMatching(/cache\.sqlite was damaged and set aside/)])
    await opened.close()
  })

  test('is made in full after the program was killed', async () => {
    await createLarge()
    rmSync(join(path, 'closed.json'))
    damageUnseen(review())
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/review\.sqlite was damaged and set aside/)
    await opened.close()
  })

  test('is made in full for a file with another time or size', async () => {
    await createLarge()
    damageUnseen(review())
    utimesSync(review(), new Date(), new Date(0))
    const opened = Project.open(path)
    expect(opened.notices[0]).toMatch(/review\.sqlite was damaged and set aside/)
    await opened.close()
  })
})
