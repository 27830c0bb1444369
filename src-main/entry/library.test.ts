import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LibraryApi } from '../library/api'
import { batchOf, definitionOf, model, writeImages } from '../library/library-fixture'
import { spawnProcess, type ChildProcess } from '../process/index'
import { BUILT } from '../service/testing/built-program'

let folder: string
let child: ChildProcess<LibraryApi>
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-library-process-'))
  child = start()
})
afterEach(async () => {
  await child.dispose()
  rmSync(folder, { recursive: true })
})

function start() {
  return spawnProcess<LibraryApi>(BUILT.library, { name: 'library' })
}

async function begin() {
  const data = join(folder, 'images')
  await writeImages(data, ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png', 'Shirt/2.png'])
  await child.api.project.create({ path: join(folder, 'P.headlight') })
  return (await child.api.runs.begin({ definition: definitionOf(data), model, certificate: null })).id
}
test('a project is its user’s alone, whatever the umask', { skip: process.platform === 'win32' }, async () => {
  await child.dispose()
  const umask = process.umask(0)
  child = start()
  process.umask(umask)
  const runId = await begin()
  await child.api.runs.commit({
    runId,
    batch: batchOf(await child.api.runs.pending({ runId, after: -1, limit: 10 }), { predictions: [0, 0, 0, 0] }),
  })
  await child.api.samples.thumbnail({ runId, id: 1, size: 160 })
  await child.api.project.close()
  const project = join(folder, 'P.headlight')
  const modes = readdirSync(project).map((name) => [name, statSync(join(project, name)).mode & 0o777])
  expect(modes.map(([name]) => name)).toContain('thumbnails.sqlite')
  expect(modes.filter(([, mode]) => mode !== 0o600)).toEqual([])
  expect(statSync(project).mode & 0o777).toBe(0o700)
})

test(
  'a project that everybody may read becomes private on opening, one of a group stays',
  { skip: process.platform === 'win32' },
  async () => {
    await begin()
    await child.api.project.close()
    const project = join(folder, 'P.headlight')
    const files = readdirSync(project)
    writeFileSync(join(project, 'notes.txt'), 'mine')
    const all = [...files, 'notes.txt']
    const chmod = (mode: number) => all.forEach((name) => chmodSync(join(project, name), mode))
    const modeOf = (name: string) => statSync(join(project, name)).mode & 0o777
    for (const [folderMode, fileMode] of [
      [0o777, 0o666],
      [0o755, 0o644],
    ] as const) {
      chmod(fileMode)
      chmodSync(project, folderMode)
      await child.api.project.open({ path: project })
      expect(files.filter((name) => name !== 'closed.json').map(modeOf)).toEqual(
        files.filter((name) => name !== 'closed.json').map(() => 0o600),
      )
      expect([modeOf('.'), modeOf('notes.txt')]).toEqual([0o700, fileMode])
      await child.api.project.close()
    }
    chmod(0o660)
    chmodSync(project, 0o770)
    await child.api.project.open({ path: project })
    expect([modeOf('.'), modeOf('review.sqlite'), modeOf('cache.sqlite')]).toEqual([0o770, 0o660, 0o660])
  },
)

const all = { filter: '', sort: 'path', descending: false } as const

test('threads that answer see every batch as soon as it is committed', async () => {
  const runId = await begin()
  const samples = await child.api.runs.pending({ runId, after: -1, limit: 10 })
  for (const [done, sample] of samples.entries()) {
    await child.api.runs.commit({ runId, batch: batchOf([sample], { predictions: [0] }) })
    const { ids } = await child.api.samples.query({ runId, ...all, filter: 'pred:Coat' })
    expect([...ids]).toEqual(samples.slice(0, done + 1).map(({ id }) => id))
    const { groups } = await child.api.statistics.heads({ runId, by: 'all', filter: '', norm: 'l1' })
    expect(groups.map(({ count }) => count)).toEqual([done + 1])
  }
  expect([...(await child.api.samples.query({ runId, ...all, sort: 'head(0,1)' })).ids]).toHaveLength(4)
})

test('questions that nobody waits for any more are dropped, and the next ones answered', async () => {
  const runId = await begin()
  const controller = new AbortController()
  const dropped = Array.from({ length: 10 }, () =>
    child.api.samples.query({ runId, ...all, filter: 'path:c' }, { signal: controller.signal }),
  )
  const outcomes = Promise.allSettled(dropped)
  controller.abort()
  expect((await outcomes).map(({ status }) => status)).toEqual(dropped.map(() => 'rejected'))
  for (const question of dropped) await expect(question).rejects.toMatchObject({ code: 'cancelled' })
  expect((await child.api.samples.query({ runId, ...all })).ids).toHaveLength(4)
})

test('errors of a question arrive as they are, and a project closes with questions under way', async () => {
  const runId = await begin()
  await expect(child.api.samples.query({ runId, ...all, filter: 'colour:red' })).rejects.toMatchObject({
    code: 'usage',
  })
  await expect(child.api.samples.query({ runId, ...all, sort: 'head(9,0)' })).rejects.toMatchObject({ code: 'usage' })
  const asked = Promise.allSettled([
    child.api.samples.query({ runId, ...all }),
    child.api.statistics.heads({ runId, by: 'all', filter: '', norm: 'l1' }),
  ])
  await child.api.project.close()
  for (const outcome of await asked) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: expect.stringMatching(/cancelled|usage/) })
  }
  await child.api.project.open({ path: join(folder, 'P.headlight') })
  expect((await child.api.samples.query({ runId, ...all })).ids).toHaveLength(4)
})
