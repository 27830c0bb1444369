import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RecentProjects } from './recent-projects'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-recent-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a project is found as it was left, also after it was opened again, and by a program started later', async () => {
  const [a, b] = [join(folder, 'A.headlight'), join(folder, 'B.headlight')]
  for (const path of [a, b]) mkdirSync(path)
  const file = join(folder, 'settings', 'recent.json')
  const recent = new RecentProjects(file)
  // Not awaited in between: nothing is lost where a window writes while a project opens.
  const left = '/runs/1/gallery?filter=correct:false'
  await Promise.all([recent.add(a), recent.keepView(a, left), recent.add(b), recent.add(a)])
  const later = new RecentProjects(file)
  expect((await later.list()).map(({ path, name }) => [path, name])).toEqual([
    [a, 'A'],
    [b, 'B'],
  ])
  expect(await later.lastView(a)).toBe(left)
  expect(await later.lastView(b)).toBeUndefined()
  // A project that is left and opened again at once: its view is asked for while it is written.
  const [, seen] = await Promise.all([recent.keepView(a, '/runs/2/gallery'), recent.lastView(a)])
  expect(seen).toBe('/runs/2/gallery')
  expect(await later.lastView(join(folder, 'C.headlight'))).toBeUndefined()
  if (process.platform !== 'win32') {
    expect([file, join(folder, 'settings')].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700])
  }
  writeFileSync(file, '{"not": "a list"}')
  expect(await later.lastView(a)).toBeUndefined()
})

test.skipIf(process.platform === 'win32').each([
  ['a pipe', (file: string) => execFileSync('mkfifo', [file])],
  ['a link to itself', (file: string) => symlinkSync(file, file)],
])('%s in the place of the list is not waited for, and a list takes its place', async (_what, put) => {
  const file = join(folder, 'recent.json')
  put(file)
  const recent = new RecentProjects(file)
  expect(await recent.list()).toEqual([])
  await recent.add(folder)
  expect((await recent.list()).map(({ path }) => path)).toEqual([folder])
})
test('a project is listed once, however its path is spelled', async () => {
  const path = join(folder, 'A.headlight')
  mkdirSync(path)
  symlinkSync(path, join(folder, 'link.headlight'))
  const recent = new RecentProjects(join(folder, 'recent.json'))
  await recent.add(path)
  await recent.keepView(path, '/runs/1/heads')
  await recent.add(join(folder, 'link.headlight'))
  expect((await recent.list()).map(({ name }) => name)).toEqual(['link'])
  expect(await recent.lastView(path)).toBe('/runs/1/heads')
})
