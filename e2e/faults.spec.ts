/** What goes wrong under a run: no room, no dataset, another model, a machine that sleeps. Real faults, real files. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, renameSync, unlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { demo } from './program'
import { ended, expectSameResults, results, resultsReached, startRun } from './run-process'

const LIMIT = 120

test.setTimeout(240_000)

let folder: string
let whole: Map<string, string>

test.beforeAll(async () => {
  test.setTimeout(240_000)
  folder = await mkdtemp(join(tmpdir(), 'headlight-faults-'))
  const project = join(folder, 'whole.headlight')
  expect(await ended(startRun(project, { folder, limit: LIMIT }))).toMatchObject({ code: 0 })
  whole = results(project)
})
test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

test('a limit on the size of files pauses the run with what it needs; the same command then finishes it', async () => {
  test.skip(process.platform === 'win32', 'Windows has no limit on the size of files.')
  const project = join(folder, 'quota.headlight')
  const blocks = ['bash', '-c', 'ulimit -f 2200; exec "$@"', 'limited']
  const { code, said } = await ended(startRun(project, { folder, limit: LIMIT, within: blocks }))
  expect(code, said).toBe(1)
  expect(said).toContain(`${project} takes no more, though`)
  expect(said).toMatch(/needs about [\d.]+ MB more/)
  const kept = results(project).size
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(LIMIT)
  expect(await ended(startRun(project, { folder, limit: LIMIT }))).toMatchObject({ code: 0 })
  expectSameResults(results(project), whole, LIMIT)
})

test('a disk that is full pauses the run, and with room it goes on', async () => {
  const inside = ['unshare', '-Urm', 'bash', '-c']
  const mount = 'mount -t tmpfs -o size=2700k none "$0"'
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const permitted =
    process.platform === 'linux' && spawnSync(inside[0]!, [...inside.slice(1), mount, disk]).status === 0
  test.skip(!permitted, 'This system does not let a test mount a small disk.')
  // The small disk lives as long as this shell: the first run fills it up, then it grows, and the second one finishes.
  const script = `${mount}; "$@"; echo first $? >&2; mount -o remount,size=64m "$0"; "$@"; echo second $? >&2; cp -r "$0"/p.headlight "$0.copy"`
  const project = join(disk, 'p.headlight')
  const { said } = await ended(startRun(project, { folder, limit: LIMIT, within: [...inside, script, disk] }))
  expect(said).toContain('first 1')
  expect(said).toContain(`The disk of ${project} is full`)
  expect(said).toContain('second 0')
  expectSameResults(results(`${disk}.copy`), whole, LIMIT)
})

test('a dataset that goes away pauses the run with one message, and no image becomes an error', async () => {
  const [project, data] = [join(folder, 'gone.headlight'), join(folder, 'images')]
  cpSync(demo.images, data, { recursive: true })
  const run = startRun(project, { folder, data, limit: LIMIT })
  const end = ended(run)
  await resultsReached(project, 8, run)
  renameSync(data, `${data}-unplugged`)
  const { code, said } = await end
  expect(code, said).toBe(1)
  expect(said).toContain(`The images are not at ${data} any more`)
  renameSync(`${data}-unplugged`, data)
  const second = await ended(startRun(project, { folder, data, limit: LIMIT }))
  expect(second, second.said).toMatchObject({ code: 0 })
  expectSameResults(results(project), whole, LIMIT)
})

test('files that are missing or broken by themselves are errors by kind, and the run finishes', async () => {
  const [project, data] = [join(folder, 'single.headlight'), join(folder, 'single')]
  cpSync(demo.images, data, { recursive: true })
  const names = [...whole.keys()]
  const run = startRun(project, { folder, data, limit: LIMIT })
  const end = ended(run)
  await resultsReached(project, 4, run)
  unlinkSync(join(data, names.at(-1)!))
  const { code, said } = await end
  expect(code, said).toBe(0)
  expect(results(project).size).toBe(LIMIT - 1)
})

test('a model that changes under the run is refused, by its weights too; put back, the run finishes', async () => {
  const folderOfModel = join(folder, 'model')
  mkdirSync(folderOfModel)
  const model = join(folderOfModel, 'model.onnx')
  copyFileSync(resolve('models/zoo/timm_vit_op17/model.onnx'), model)
  copyFileSync(model, `${model}.kept`)
  const project = join(folder, 'model.headlight')
  const run = startRun(project, { folder, model, limit: LIMIT })
  const end = ended(run)
  await resultsReached(project, 8, run)
  appendFileSync(model, Buffer.alloc(1))
  const { code, said } = await end
  expect(code, said).toBe(1)
  expect(said).toContain('is not the file that this run')
  expect(results(project).size).toBeLessThan(LIMIT)
  renameSync(`${model}.kept`, model)
  expect(await ended(startRun(project, { folder, model, limit: LIMIT }))).toMatchObject({ code: 0 })
  expectSameResults(results(project), whole, LIMIT)
})

test('a program that slept for some seconds goes on where it was', async () => {
  test.skip(process.platform === 'win32', 'Windows has no SIGSTOP.')
  const project = join(folder, 'slept.headlight')
  const run = startRun(project, { folder, limit: LIMIT })
  const end = ended(run)
  await resultsReached(project, 8, run)
  process.kill(-run.pid!, 'SIGSTOP')
  await new Promise((wait) => setTimeout(wait, 8000))
  process.kill(-run.pid!, 'SIGCONT')
  const { code, said } = await end
  expect(code, said).toBe(0)
  expect(existsSync(project)).toBe(true)
  expectSameResults(results(project), whole, LIMIT)
})
