import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { networkFileSystem, networkType } from './network-folder'
import { Project } from './project'
import { setting, writeSetting } from './project-fixture'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-lock-'))
  path = join(folder, 'My review.headlight')
})
afterEach(() => rmSync(folder, { recursive: true }))

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
