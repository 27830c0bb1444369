import { cpSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Library } from '../library'
import { removeResults } from '../lineage/remove-results'
import { batchOf, definitionOf, model, writeImages } from '../library-fixture'

let folder: string
let library: Library
const project = () => join(folder, 'P.headlight')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-deleted-'))
  library = new Library()
  await writeImages(join(folder, 'images'), ['Coat/1.png', 'Shirt/2.png'])
  await library.project.create({ path: project() })
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

async function computed(limit: number, name: string) {
  const run = await library.runs.begin({
    definition: { ...definitionOf(join(folder, 'images')), limit, name },
    model,
    certificate: null,
  })
  const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
  await library.runs.commit({ runId: run.id, batch: batchOf(samples, { predictions: samples.map(() => 0) }) })
  return run.id
}

const names = async () => (await library.project.current())?.runs.map(({ name }) => name)

/** Rows of results of a run that lie in cache.sqlite. */
function rowsOf(runId: number): number {
  const cache = new Sqlite(join(project(), 'cache.sqlite'), { readonly: true })
  try {
    return cache.prepare<[number], number>(`SELECT count(*) FROM run_sample WHERE run_id = ?`).pluck().get(runId) ?? 0
  } finally {
    cache.close()
  }
}

test('a deleted run is hidden, undone, and gone with its results once the project has closed', async () => {
  const [first, second] = [await computed(1, 'one'), await computed(2, 'two')]
  await library.runs.delete({ runId: second })
  expect(await names()).toEqual(['one'])
  await library.runs.undelete({ runId: second })
  expect(await names()).toEqual(['one', 'two'])
  expect(
    (await library.samples.query({ runId: second, filter: '', sort: 'path', descending: false })).ids,
  ).toHaveLength(2)

  await library.runs.delete({ runId: second })
  await library.project.close()
  expect([rowsOf(first), rowsOf(second)]).toEqual([1, 0])
  const opened = await library.project.open({ path: project() })
  expect(opened.runs.map(({ name }) => name)).toEqual(['one'])
  expect(opened.unclaimed).toEqual([])
})

test('a deleted run that is begun again is back, with what it had', async () => {
  const id = await computed(2, 'one')
  await library.runs.delete({ runId: id })
  expect(await computed(2, 'one')).toBe(id)
  expect(await names()).toEqual(['one'])
  await library.project.close()
  expect((await library.project.open({ path: project() })).runs).toHaveLength(1)
})

test('a run is renamed, also for the next opening; one that is not there is named', async () => {
  const id = await computed(2, 'one')
  expect((await library.runs.rename({ runId: id, name: 'a better name' })).name).toBe('a better name')
  await library.project.close()
  expect((await library.project.open({ path: project() })).runs.map(({ name }) => name)).toEqual(['a better name'])
  await expect(library.runs.rename({ runId: 77, name: 'x' })).rejects.toMatchObject({ code: 'not-found' })
  await expect(library.runs.delete({ runId: 77 })).rejects.toMatchObject({ code: 'not-found' })
})

/** The project as a program that is killed now leaves it, with what was done to its cache since. */
async function afterKill(change: (cache: Sqlite.Database) => void = () => undefined) {
  const left = join(folder, 'left', 'P.headlight')
  cpSync(project(), left, { recursive: true, filter: (path) => !path.includes('lock') })
  await library.project.close()
  const cache = new Sqlite(join(left, 'cache.sqlite'))
  change(cache)
  cache.close()
  return left
}

test.each([
  ['before its results go', () => undefined],
  ['between its results and its record', (cache: Sqlite.Database) => removeResults(cache, 2)],
])(
  'a deleted run stays deleted where the program is killed %s, and goes at the next closing',
  async (_when, change) => {
    await computed(1, 'one')
    await library.runs.delete({ runId: await computed(2, 'two') })
    const left = await afterKill(change)
    const opened = await library.project.open({ path: left })
    expect(opened.runs.map(({ name }) => name)).toEqual(['one'])
    expect(opened.unclaimed).toEqual([])
    await library.project.close()
    const review = new Sqlite(join(left, 'review.sqlite'), { readonly: true })
    expect(review.prepare(`SELECT id FROM run`).pluck().all()).toEqual([1])
    review.close()
  },
)

const review = () => join(project(), 'review.sqlite')
const damaged = { code: 'project-damaged' }
function damage(key: string): void {
  const database = new Sqlite(review())
  database.exec(`INSERT OR REPLACE INTO setting VALUES ('${key}', 'nothing')`)
  database.close()
}
const opensMended = async () => {
  const { notices, runs } = await library.project.open({ path: project() })
  expect(notices).toEqual([expect.stringMatching(/review\.sqlite was damaged.*all that is sound in it was kept/)])
  expect(runs.map(({ name }) => name)).toEqual(['one'])
}

test('a project whose list of deleted runs cannot be read is closed all the same, and mended at the next opening', async () => {
  await computed(1, 'one')
  damage('deleted-runs')
  await expect(library.project.close()).rejects.toMatchObject(damaged)
  await opensMended()
})

test('a project that fails as it is opened is let go, and mended at the next opening', async () => {
  await computed(1, 'one')
  await library.project.close()
  const { mtimeMs } = statSync(review())
  damage('relabelled-runs')
  utimesSync(review(), new Date(), new Date(Math.floor(mtimeMs)))
  await expect(library.project.open({ path: project() })).rejects.toMatchObject(damaged)
  await opensMended()
})
