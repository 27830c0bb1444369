/** Exports as the window asks for them: jobs in the background over the real library. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ExportJob, exportRequestSchema, type ExportRequest } from '@shared/api'
import { ExportJobs } from './export-jobs'
import { ExportWork } from './export-work'
import { type SmallProject, smallProject } from './testing/small-project'

const NAMES = Array.from({ length: 12 }, (_, i) => `Coat/${10 + i}.png`)
let made: SmallProject
let told: ExportJob[] = []
let jobs: ExportJobs

beforeAll(async () => {
  made = await smallProject(
    NAMES,
    NAMES.map(() => 0),
    NAMES.map(() => 0.5),
  )
  const { library } = made.source
  jobs = new ExportJobs(library, new ExportWork(library, made.compute, 'Headlight test'), (job) => told.push(job))
})
afterAll(() => made.close())

const request = (part: Partial<ExportRequest>) =>
  exportRequestSchema.parse({
    ...{ runId: made.run.id, what: 'predictions', format: 'csv', filter: '', out: join(made.folder, 'out.csv') },
    ...part,
  })
const ended = async (id: number) => {
  await expect.poll(() => jobs.list().find((job) => job.id === id)?.state).not.toMatch(/running|paused/)
  return jobs.list().find((job) => job.id === id)
}

test('writes in the background and tells how it ended', async () => {
  told = []
  const { id, state } = await jobs.start(request({}))
  expect(state).toBe('running')
  expect(await ended(id)).toMatchObject({ state: 'finished', done: 12, total: 12, report: { rows: 12 } })
  await expect.poll(() => told.at(-1)).toMatchObject({ id, state: 'finished' })
  expect(readFileSync(join(made.folder, 'out.csv'), 'utf8').split('\r\n')).toHaveLength(14)
})

test('a file that is there is replaced only where that was allowed', async () => {
  const out = join(made.folder, 'kept.csv')
  writeFileSync(out, 'mine')
  await expect(jobs.start(request({ out }))).rejects.toThrow('is there already')
  expect(readFileSync(out, 'utf8')).toBe('mine')
  const { id } = await jobs.start(request({ out, replace: true }))
  await ended(id)
  expect(readFileSync(out, 'utf8')).toContain('Coat/10.png')
  await expect(jobs.start(request({ out: 'relative.csv' }))).rejects.toThrow('not an absolute path')
  for (const place of [join('images', 'Coat', '10.png'), join('P.headlight', 'review.sqlite'), '.profile']) {
    const over = jobs.start(request({ out: join(made.folder, place), replace: true }))
    await expect(over).rejects.toMatchObject({ code: 'usage' })
  }
})

test('is paused, goes on, and is cancelled with what stays whole', async () => {
  const out = join(made.folder, 'overlays')
  const { id } = await jobs.start(request({ what: 'overlays', format: 'npy', out }))
  jobs.pause(id)
  expect(jobs.list()[0]).toMatchObject({ id, state: 'paused' })
  jobs.resume(id)
  expect(await ended(id)).toMatchObject({ state: 'finished', report: { rows: 12 } })

  const other = await jobs.start(request({ what: 'overlays', format: 'npy', out: join(made.folder, 'cancelled') }))
  jobs.pause(other.id)
  await jobs.cancel(other.id)
  expect(await ended(other.id)).toMatchObject({ state: 'cancelled', report: null })
  expect(existsSync(join(made.folder, 'cancelled', 'overlays.csv'))).toBe(false)
})

test('what fails says why, and a closing project ends what is under way', async () => {
  const { id } = await jobs.start(request({ filter: 'label:Nobody', out: join(made.folder, 'failed.csv') }))
  expect(await ended(id)).toMatchObject({ state: 'failed', error: { code: 'usage' } })
  const { id: running } = await jobs.start(request({ out: join(made.folder, 'late.csv') }))
  jobs.pause(running)
  await jobs.settle()
  expect(jobs.list().find((job) => job.id === running)).toMatchObject({ state: 'cancelled' })
})
