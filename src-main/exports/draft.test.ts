import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeThroughDraft } from './draft'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'headlight-draft-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('makes the folders that are missing, also for several files at once', async () => {
  const names = Array.from({ length: 8 }, (_, i) => join(folder, 'a', 'b', `${i}.txt`))
  await Promise.all(names.map((name) => writeThroughDraft(name, (file) => writeFile(file, 'x'))))
  expect(readdirSync(join(folder, 'a', 'b'))).toHaveLength(8)
})

test('what fails on the way leaves the earlier file and no draft', async () => {
  const out = join(folder, 'kept.txt')
  writeFileSync(out, 'mine')
  const failing = writeThroughDraft(out, async (file) => {
    await writeFile(file, 'half')
    throw new Error('stopped')
  })
  await expect(failing).rejects.toThrow('stopped')
  expect(readFileSync(out, 'utf8')).toBe('mine')
  expect(readdirSync(folder)).toEqual(['kept.txt'])
})

test('a file where a folder is wanted, and a place that takes no folder, are said at once', async () => {
  writeFileSync(join(folder, 'file'), '')
  const write = () => Promise.resolve()
  await expect(writeThroughDraft(join(folder, 'file', 'x.csv'), write)).rejects.toMatchObject({ code: 'not-writable' })
  // Node's recursive mkdir never comes back from this one.
  if (!existsSync('/proc/self')) return
  await expect(writeThroughDraft('/proc/headlight/x.csv', write)).rejects.toMatchObject({ code: 'not-writable' })
})
