import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Project } from './project'

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
function damage(file: string) {
  const size = statSync(file).size
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.alloc(size - 4096, 0x5a), 0, size - 4096, 4096)
  closeSync(descriptor)
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

  test('does not take over a folder with other things in it', () => {
    mkdirSync(path)
    writeFileSync(join(path, 'thesis.tex'), '')
    expect(() => Project.create(path)).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(readdirSync(path)).toEqual(['thesis.tex'])
  })

  test('of a newer version is refused and left as it was', async () => {
    await Project.create(path).close()
    const database = new Sqlite(join(path, 'review.sqlite'))
    database.pragma('user_version = 99')
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
    rmSync(join(path, 'review.backup.sqlite'))
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
