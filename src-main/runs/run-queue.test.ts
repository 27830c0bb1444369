import { renameSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunInfo } from '@shared/api'
import { RunQueue } from './run-queue'
import { Runs } from './runs'
import { ScriptedCompute } from './testing/scripted-compute'
import { MODEL, SAMPLES, type TinyProject, tinyProject } from './testing/tiny-run'

let project: TinyProject
let compute: ScriptedCompute
let held: PromiseWithResolvers<void>
let queue: RunQueue
let told: string[]

beforeEach(async () => {
  project = await tinyProject()
  compute = new ScriptedCompute(MODEL, 4)
  held = Promise.withResolvers()
  compute.beforeResult = () => held.promise
  queue = open()
  told = []
})
afterEach(async () => {
  held.resolve()
  await queue.settle()
  await project.remove()
})

function open(): RunQueue {
  const { library } = project
  const runs = new Runs({ library, compute, onProgress: () => undefined })
  const tell = (message: string) => void told.push(message)
  return new RunQueue({
    library,
    runs,
    onChanged: () => undefined,
    onPassedOver: tell,
    onWatching: tell,
    lookEveryMs: 10,
  })
}

const begin = (name: string): Promise<RunInfo> =>
  project.library.runs.begin({
    definition: { ...project.definition(name), settings: settingsOf(name) },
    model: MODEL,
    certificate: null,
  })

/** Runs differ by what they compute, not by their names. */
function settingsOf(name: string) {
  const { settings } = project.definition()
  return { ...settings, gmar: { ...settings.gmar, alpha: name.charCodeAt(0) } }
}

const state = async (runId: number) => (await project.library.runs.get({ runId })).state

test('runs wait, change places, leave, and the next starts by itself', async () => {
  const [a, b, c, d] = [await begin('a'), await begin('b'), await begin('c'), await begin('d')]
  expect(await queue.resume(a.id)).toMatchObject({ state: 'running' })
  for (const run of [b, c, d]) expect(await queue.resume(run.id)).toMatchObject({ state: 'queued' })
  expect(await project.library.runs.queue()).toEqual([b.id, c.id, d.id])

  await queue.order([d.id, b.id, 999])
  expect(await project.library.runs.queue()).toEqual([d.id, b.id, c.id])
  await queue.pause(b.id)
  expect(await state(b.id)).toBe('pending')

  held.resolve()
  await expect.poll(() => state(c.id)).toBe('finished')
  expect(await Promise.all([a, d, b].map(({ id }) => state(id)))).toEqual(['finished', 'finished', 'pending'])
  expect(compute.computed).toHaveLength(3 * SAMPLES)
  expect(compute.mostUnderWay).toBeLessThanOrEqual(2)
})

test('a pause holds the queue, a cancelled run makes way for the next', async () => {
  const [a, b, c] = [await begin('a'), await begin('b'), await begin('c')]
  for (const { id } of [a, b, c]) await queue.resume(id)
  const pausing = queue.pause(a.id)
  held.resolve()
  await pausing
  expect(await Promise.all([a, b, c].map(({ id }) => state(id)))).toEqual(['paused', 'queued', 'queued'])

  held = Promise.withResolvers()
  await queue.goOn()
  expect(await state(b.id)).toBe('running')
  const cancelling = queue.cancel(b.id)
  held.resolve()
  await cancelling
  await expect.poll(() => state(c.id)).toBe('finished')
  expect(await Promise.all([a, b].map(({ id }) => state(id)))).toEqual(['paused', 'cancelled'])
})

test('a program that is closed or killed leaves everything queued, the interrupted run first', async () => {
  const [a, b] = [await begin('a'), await begin('b')]
  for (const { id } of [a, b]) await queue.resume(id)
  const settling = queue.settle()
  held.resolve()
  await settling
  expect(await project.library.runs.queue()).toEqual([a.id, b.id])
  expect(await state(a.id)).toBe('queued')

  // Killed: nothing was settled, and the project is opened while a run says that it runs.
  await project.library.runs.setQueue({ runIds: [b.id] })
  await project.library.runs.setState({ runId: a.id, state: 'running' })
  await project.library.project.open({ path: (await project.library.project.current())!.path })
  expect(await project.library.runs.queue()).toEqual([a.id, b.id])
  queue = open()
  await queue.goOn()
  await expect.poll(() => state(b.id)).toBe('finished')
  expect(await state(a.id)).toBe('finished')
})

test('a dataset that comes back lets its run go on by itself', async () => {
  const a = await begin('a')
  const away = `${project.images}-away`
  compute.fails = () => 'not-found'
  renameSync(project.images, away)
  held.resolve()
  await queue.resume(a.id)
  await expect.poll(() => state(a.id)).toBe('paused')
  await expect.poll(() => told.join()).toContain('goes on by itself')
  compute.fails = () => null
  renameSync(away, project.images)
  await expect.poll(() => state(a.id)).toBe('finished')
})

test('a waiting run whose model is another now is passed over, and says why', async () => {
  const [a, b, c] = [await begin('a'), await begin('b'), await begin('c')]
  for (const { id } of [a, b, c]) await queue.resume(id)
  compute.otherModels = 1
  held.resolve()
  await expect.poll(() => state(c.id)).toBe('finished')
  expect(await project.library.runs.get({ runId: b.id })).toMatchObject({ state: 'failed', errorCode: 'model-changed' })
  expect(told.join()).toContain('passed over')
})
