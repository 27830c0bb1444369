/** A run over a real project whose compute process is scripted to fail in every way that matters. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunInfo, RunProgress } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { Library } from '../library/library'
import { RunJob } from './run-job'
import { ScriptedCompute } from './testing/scripted-compute'
import { MODEL, SAMPLES, type TinyProject, tinyProject } from './testing/tiny-run'

let project: TinyProject
let library: Library
beforeEach(async () => {
  project = await tinyProject()
  library = project.library
})
afterEach(() => project.remove())

const begin = (): Promise<RunInfo> =>
  library.runs.begin({ definition: project.definition(), model: MODEL, certificate: null })

function start(run: RunInfo, compute: ScriptedCompute) {
  const progress: RunProgress[] = []
  const job = new RunJob({ library, compute, run, onProgress: (event) => progress.push(event) })
  return { job, progress, ended: job.execute() }
}

test('computes every sample once, in order, two batches at a time', async () => {
  const compute = new ScriptedCompute(MODEL, 4)
  const { ended, progress } = start(await begin(), compute)
  expect(await ended).toMatchObject({ state: 'finished', done: SAMPLES, failed: 0, provider: 'cpu' })
  expect(compute.computed).toEqual([...new Set(compute.computed)])
  expect(compute.computed.length).toBe(SAMPLES)
  expect(compute.mostUnderWay).toBe(2)
  expect(progress.at(-1)).toMatchObject({ state: 'finished', done: SAMPLES })
})

test('a pause saves the batches under way; going on computes none of them again', async () => {
  const compute = new ScriptedCompute(MODEL, 4)
  const run = await begin()
  const { job, ended } = start(run, compute)
  compute.afterBatch = () => job.stop('paused')
  const paused = await ended
  expect(paused.state).toBe('paused')
  expect(paused.done).toBeGreaterThanOrEqual(4)
  expect(paused.done).toBeLessThan(SAMPLES)
  expect(compute.computed.length).toBe(paused.done)

  compute.afterBatch = () => undefined
  expect(await start(paused, compute).ended).toMatchObject({ state: 'finished', done: SAMPLES })
  expect(compute.computed.length).toBe(SAMPLES)
  expect(compute.processes).toBe(1)
})

test('a cancelled run stays cancelled with what it has', async () => {
  const compute = new ScriptedCompute(MODEL, 4)
  const { job, ended } = start(await begin(), compute)
  compute.afterBatch = () => job.stop('cancelled')
  expect(await ended).toMatchObject({ state: 'cancelled' })
})

test('after a death it goes on with smaller batches, and nothing is committed twice', async () => {
  const compute = new ScriptedCompute(MODEL, 8)
  compute.dies = (ids) => ids.length > 2
  const { ended } = start(await begin(), compute)
  expect(await ended).toMatchObject({ state: 'finished', done: SAMPLES, failed: 0 })
  expect(compute.processes).toBeGreaterThan(1)
  expect(compute.computed.length).toBe(SAMPLES)
})

test('the one sample that ends the process becomes an error', async () => {
  const compute = new ScriptedCompute(MODEL, 8)
  const run = await begin()
  const [, , poison] = await library.runs.pending({ runId: run.id, after: -1, limit: 3 })
  compute.dies = (ids) => ids.includes(poison?.id ?? -1)
  expect(await start(run, compute).ended).toMatchObject({ state: 'finished', done: SAMPLES - 1, failed: 1 })
  const [row] = await library.samples.rows({ runId: run.id, ids: Uint32Array.of(poison?.id ?? 0) })
  expect(row?.error).toContain('left out')
})

test('where every batch ends the process, the run fails with a sentence after a bounded number of tries', async () => {
  const compute = new ScriptedCompute(MODEL, 8)
  compute.dies = () => true
  const failed = await start(await begin(), compute).ended
  expect(failed).toMatchObject({ state: 'failed', done: 0 })
  expect(failed.error).toContain('smaller batch')
  expect(compute.processes).toBeLessThan(12)
})

test('a process that dies while it prepares is tried three times', async () => {
  const compute = new ScriptedCompute(MODEL, 8)
  compute.failsToPrepare = new HeadlightError('process-died', 'The compute process ended unexpectedly.')
  expect(await start(await begin(), compute).ended).toMatchObject({ state: 'failed' })
  expect(compute.processes).toBe(3)
})

test('a model that changed fails the run, in its own words', async () => {
  const compute = new ScriptedCompute(MODEL, 8)
  compute.failsToPrepare = new HeadlightError('model-changed', 'tiny.onnx is another file now.')
  expect(await start(await begin(), compute).ended).toMatchObject({
    state: 'failed',
    error: 'tiny.onnx is another file now.',
  })
  expect(compute.processes).toBe(1)
})
