import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backupFiles, Backups } from './backups'
import { stampFile } from './file-identity'
import { networkFileSystem, networkType } from './network-folder'
import { filesOf, Project } from './project'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-project-'))
  path = join(folder, 'My review.headlight')
})
afterEach(() => rmSync(folder, { recursive: true }))

const setting = (project: Project) => project.review.prepare(`SELECT value FROM setting WHERE key = 'k'`).pluck().get()
const writeSetting = (project: Project) => project.review.prepare(`INSERT INTO setting VALUES ('k', 'v')`).run()

/** Overwrites every page but the first, which holds the header. */
/** Damages all pages but the first. The time is a second later: file systems keep it coarser than tests are fast. */
function damage(file: string) {
  const { size, mtimeMs } = statSync(file)
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096)
  closeSync(descriptor)
  utimesSync(file, new Date(), new Date(mtimeMs + 1000))
}

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
    damage(join(path, 'cache.sqlite'))
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
    damage(join(path, 'review.sqlite'))
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
    unseen(join(path, 'cache.sqlite'), damage)
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

describe('the lock', () => {
  test('is held against others until the project is closed', async () => {
    const first = Project.create(path)
    expect(() => Project.open(path)).toThrow(
      expect.objectContaining({ code: 'project-locked', message: expect.stringContaining(String(process.pid)) }),
    )
    await first.close()
    await Project.open(path).close()
  })

  test('of a killed process is taken over, and what it had committed is there', async () => {
    await Project.create(path).close()
    const holder = spawn(process.execPath, ['-e', HOLDER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    expect(() => Project.open(path)).toThrow(
      expect.objectContaining({ code: 'project-locked', message: expect.stringContaining(`process ${holder.pid};`) }),
    )
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(readdirSync(path)).toContain('owner.json')
    const opened = Project.open(path)
    expect(setting(opened)).toBe('v')
    expect(opened.notices).toEqual([])
    await opened.close()
  })

  test('survives an owner file that says nothing', () => {
    const first = Project.create(path)
    writeFileSync(join(path, 'owner.json'), '{')
    expect(() => Project.open(path)).toThrow(/open in another process/)
    return first.close()
  })
})

/** Holds the lock as a project does, writes and waits to be killed. Plain JavaScript: it runs without a compiler. */
const HOLDER = `
  const Sqlite = require('better-sqlite3')
  const { writeFileSync } = require('node:fs')
  const { join } = require('node:path')
  const path = process.argv[1]
  const lock = new Sqlite(join(path, 'project.lock'))
  lock.exec('BEGIN EXCLUSIVE')
  writeFileSync(join(path, 'owner.json'), JSON.stringify({ pid: process.pid, host: require('node:os').hostname(), since: '' }))
  const review = new Sqlite(join(path, 'review.sqlite'))
  review.pragma('synchronous = FULL')
  review.prepare("INSERT INTO setting VALUES ('k', 'v')").run()
  console.log('held')
  setInterval(() => undefined, 1000)
`

describe('on a network disk', () => {
  beforeEach(() => vi.stubEnv('HEADLIGHT_PROJECT_DISK', 'network'))
  afterEach(() => vi.unstubAllEnvs())

  test('a project uses no shared memory, takes a file over from WAL, and is alone', async () => {
    vi.stubEnv('HEADLIGHT_PROJECT_DISK', 'local')
    const local = Project.create(path)
    writeSetting(local)
    // Copied while open: the copy has its last changes in the WAL only.
    const copy = join(folder, 'Copy.headlight')
    cpSync(path, copy, { recursive: true })
    await local.close()
    for (const file of ['review', 'cache']) rmSync(join(copy, `${file}.sqlite-shm`))
    vi.stubEnv('HEADLIGHT_PROJECT_DISK', 'network')

    const remote = Project.open(copy)
    expect(remote.networkDisk).toBe('network')
    expect(setting(remote)).toBe('v')
    for (const database of [remote.review, remote.cache]) {
      expect(database.pragma('journal_mode', { simple: true })).toBe('truncate')
      database.prepare(`CREATE TABLE probe (x)`).run()
      expect(readdirSync(copy).filter((name) => /-(shm|wal)$/.test(name))).toEqual([])
      expect(() => new Sqlite(database.name, { timeout: 0 }).pragma('user_version')).toThrow(/locked/)
    }
    await remote.close()
    vi.stubEnv('HEADLIGHT_PROJECT_DISK', 'local')
    const back = Project.open(copy)
    expect(back.networkDisk).toBeNull()
    expect(back.review.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(setting(back)).toBe('v')
    await back.close()
  })

  test('files that were closed in order are known to be, though their empty journals stay', async () => {
    const project = Project.create(path)
    writeSetting(project)
    await project.close()
    expect(existsSync(join(path, 'review.sqlite-journal'))).toBe(true)
    const closed: unknown = JSON.parse(readFileSync(join(path, 'closed.json'), 'utf8'))
    expect(Object.keys(closed as object).toSorted()).toEqual(['cache.sqlite', 'review.sqlite'])
  })

  test('a project that another machine still writes to is refused, and taken over when that is silent', async () => {
    await Project.create(path).close()
    const owner = join(path, 'owner.json')
    const other = { pid: 17, host: 'node042', since: '2026-11-23T08:00:00Z', program: 'headlight run' }
    writeFileSync(owner, JSON.stringify(other))
    const opening = () => Project.open(path)
    expect(opening).toThrow(expect.objectContaining({ code: 'project-locked' }))
    expect(opening).toThrow(/is open on node042: headlight run, process 17 \(since 2026-11-2\d/)
    const silent = new Date(Date.now() - 10 * 60_000)
    utimesSync(owner, silent, silent)
    await opening().close()
  })
})

test('file systems are told apart by their type', () => {
  // As `stat -f -c %t` prints them for NFS, SMB 2, sshfs, 9p, ext4, tmpfs and overlay.
  const types = [0x6969, 0xfe534d42, 0x65735546, 0x1021997, 0xef53, 0x1021994, 0x794c7630]
  expect(types.map(networkType)).toEqual(['NFS', 'SMB', 'FUSE', '9p', null, null, null])
  expect(networkType(0xff534d42 | 0)).toBe('CIFS')
  expect(networkFileSystem(folder, { HEADLIGHT_PROJECT_DISK: 'network' })).toBe('network')
  expect(networkFileSystem('/proc', {})).toBeNull()
})

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
    damage(join(path, 'review.sqlite'))
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
    damage(join(path, 'review.sqlite'))
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
