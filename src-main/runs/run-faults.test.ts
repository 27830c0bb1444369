/** What a run does when its library dies, its dataset goes, or its compute process says nothing. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunInfo, RunProgress } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Library } from '../library/library'
import type { Library as RemoteLibrary } from './compute-source'
import { isPauseCauseGone } from './pause-cause'
import { RunJob } from './run-job'
import { ScriptedCompute } from './testing/scripted-compute'
import { MODEL, SAMPLES, type TinyProject, tinyProject } from './testing/tiny-run'

let project: TinyProject
beforeEach(async () => {
  project = await tinyProject()
})
afterEach(() => project.remove())

function start(run: RunInfo, compute: ScriptedCompute, options: { library?: RemoteLibrary; patienceMs?: number } = {}) {
  const progress: RunProgress[] = []
  const { library = project.library, patienceMs } = options
  const job = new RunJob({ library, compute, run, patienceMs, onProgress: (event) => progress.push(event) })
  return { job, progress, ended: job.execute() }
}

const begin = () => project.library.runs.begin({ definition: project.definition(), model: MODEL, certificate: null })

/** The project's library with another `commit`. */
const committing = (commit: Library['runs']['commit']) => ({
  ...project.library,
  runs: { ...project.library.runs, commit },
})

test('a library that dies is asked again: no batch is lost, none is counted twice', async () => {
  const run = await begin()
  let commits = 0
  const dying = committing(async (input) => {
    commits++
    // The first time before the write, the second time after it, before the answer.
    if (commits === 2) await reopened(project.library)
    if (commits === 2) throw died()
    const counts = await project.library.runs.commit(input)
    if (commits === 5) await reopened(project.library)
    if (commits === 5) throw died()
    return counts
  })
  const compute = new ScriptedCompute(MODEL, 4)
  const ended = await start(run, compute, { library: dying }).ended
  expect(ended).toMatchObject({ state: 'finished', done: SAMPLES, failed: 0 })
  expect(compute.computed).toHaveLength(SAMPLES)
  expect(commits).toBe(SAMPLES / 4 + 2)
})

test('a library that dies every time fails the run instead of hanging it', async () => {
  const run = await begin()
  const dead = committing(() => Promise.reject(died()))
  const ended = await start(run, new ScriptedCompute(MODEL, 4), { library: dead }).ended
  expect(ended).toMatchObject({ state: 'failed', errorCode: 'process-died', done: 0 })
})

test('a dataset that goes pauses the run; what it explains is not an error; resumed, everything is computed', async () => {
  const run = await begin()
  const compute = new ScriptedCompute(MODEL, 4)
  const away = `${project.images}-away`
  compute.fails = (id) => (compute.computed.length > 8 && id % 2 === 0 ? 'not-found' : null)
  compute.afterBatch = () => {
    if (compute.computed.length === 12) renameSync(project.images, away)
  }
  const paused = await start(run, compute).ended
  expect(paused).toMatchObject({ state: 'paused', errorCode: 'dataset-gone', failed: 0 })
  expect(paused.error).toContain(project.images)

  renameSync(away, project.images)
  compute.fails = () => null
  compute.afterBatch = () => undefined
  expect(await start(await project.library.runs.retryFailures({ runId: run.id }), compute).ended).toMatchObject({
    ...{ state: 'finished', done: SAMPLES, failed: 0, error: null, errorCode: null },
  })
})

/** One for each image. */
async function writeMasks(folder: string): Promise<void> {
  const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  mkdirSync(join(folder, 'cat'), { recursive: true })
  for (let i = 0; i < SAMPLES; i++) writeFileSync(join(folder, 'cat', `${i}.png`), png)
}

test.each(['asked for', 'beside the images'])(
  'masks that go, %s, pause the run once and cost no image its scores',
  async (where) => {
    const masks = join(project.folder, 'masks')
    await writeMasks(masks)
    const asked = where === 'asked for' ? masks : null
    const run = await project.library.runs.begin({
      definition: { ...project.definition(), masksPath: asked },
      model: MODEL,
      certificate: null,
    })
    const compute = new ScriptedCompute(MODEL, 4)
    const away = `${masks}-away`
    compute.unreadableMask = () => compute.computed.length > 8
    compute.afterBatch = () => {
      if (compute.computed.length === 8) renameSync(masks, away)
    }
    const paused = await start(run, compute).ended
    expect(paused).toMatchObject({ state: 'paused', errorCode: 'dataset-gone', done: 8, failed: 0 })
    expect(paused.error).toContain(`The masks are not at ${masks}`)
    expect(await project.library.runs.unmeasured({ runId: run.id })).toEqual([])
    expect(await isPauseCauseGone(project.library, paused)).toBe(false)

    renameSync(away, masks)
    expect(await isPauseCauseGone(project.library, paused)).toBe(true)
    // A single mask that cannot be read is said of its image.
    compute.afterBatch = () => undefined
    compute.unreadableMask = (id) => id === 12
    expect(await start(await project.library.runs.retryFailures({ runId: run.id }), compute).ended).toMatchObject({
      state: 'finished',
      done: SAMPLES,
    })
    expect(await project.library.runs.unmeasured({ runId: run.id })).toMatchObject([{ kind: 'unreadable', count: 1 }])
  },
)

test('masks that go pause a run that explains classes over them, and cost no image its result', async () => {
  const masks = join(project.folder, 'masks')
  await writeMasks(masks)
  const definition = { ...project.definition(), masksPath: masks, target: { kind: 'truth' as const, classIndex: 0 } }
  const run = await project.library.runs.begin({ definition, model: MODEL, certificate: null })
  const compute = new ScriptedCompute(MODEL, 4)
  compute.fails = () => (compute.computed.length > 8 ? 'unreadable-file' : null)
  compute.afterBatch = () => {
    if (compute.computed.length === 8) renameSync(masks, `${masks}-away`)
  }
  const paused = await start(run, compute).ended
  expect(paused).toMatchObject({ state: 'paused', errorCode: 'dataset-gone', done: 8, failed: 0 })
  expect(paused.error).toContain(`The masks are not at ${masks}`)
})

test('single files that are missing are errors by kind, and get another try on resume', async () => {
  const run = await begin()
  const compute = new ScriptedCompute(MODEL, 4)
  const [first, second, third] = await project.library.runs.pending({ runId: run.id, after: -1, limit: 3 })
  compute.fails = (id) =>
    id === first?.id || id === third?.id ? 'not-found' : id === second?.id ? 'unreadable-image' : null
  expect(await start(run, compute).ended).toMatchObject({ state: 'finished', done: SAMPLES - 3, failed: 3 })
  const groups = await project.library.runs.errors({ runId: run.id })
  expect(groups.map(({ code, count }) => [code, count])).toEqual([
    ['not-found', 2],
    ['unreadable-image', 1],
  ])
  expect(groups[0]?.examples.map(({ path }) => path)).toEqual(['cat/0.png', 'cat/2.png'])
  // The missing ones are there now; the damaged one is as it was.
  expect(await project.library.runs.retryFailures({ runId: run.id })).toMatchObject({ failed: 1, done: SAMPLES - 3 })
})

test('a batch that says nothing is waited for and told of; stopped at once, it stays pending', async () => {
  const run = await begin()
  const compute = new ScriptedCompute(MODEL, 4)
  const hung = Promise.withResolvers<void>()
  compute.beforeResult = () => (compute.computed.length >= 8 ? hung.promise : Promise.resolve())
  const { job, progress, ended } = start(run, compute, { patienceMs: 20 })
  await expect.poll(() => progress.at(-1)?.phase).toMatch(/^No answer from cpu for .* still waiting/)
  expect(compute.processes).toBe(1)

  job.stop('paused')
  expect(progress.at(-1)).toMatchObject({ stopping: true, state: 'running' })
  job.stop('paused', true)
  expect(await ended).toMatchObject({ state: 'paused', done: 8, failed: 0, error: null })
  hung.resolve()
})

test('a full disk keeps the state in memory, and pauses the run with what it needs', async () => {
  const run = await begin()
  const library = committing(() => Promise.reject(new HeadlightError('disk-full', 'No room.')))
  const paused = await start(run, new ScriptedCompute(MODEL, 4), { library }).ended
  expect(paused).toMatchObject({ state: 'paused', errorCode: 'disk-full', done: 0 })
  expect(paused.error).toMatch(/are free .*, and the run needs about .* more/)
  expect(paused.error).toContain(join(project.folder, 'p.headlight'))
})

const died = () => new HeadlightError('process-died', 'The library process ended unexpectedly.')

/** What a new process does first. */
async function reopened(library: Library): Promise<void> {
  await library.project.open({ path: join(project.folder, 'p.headlight') })
}
