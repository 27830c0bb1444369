import { closeSync, copyFileSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from '../../datasets/testing/temporary-folder'
import { modelIdentity } from '@headlight/explain/onnx'
import { definitionOf, model } from '../library-fixture'
import { Project } from '../project/project'
import { directLane } from '../queries/query-lane'
import { beginRun } from '../run/begin-run'
import { checkProject } from './check-project'

const folder = temporaryFolder()
let project: Project
beforeEach(async () => {
  project = Project.create(folder.path('P.headlight'))
  for (let i = 0; i < 20; i++) folder.write(`images/Coat/${i}.png`, `picture ${i}`)
  copyFileSync(resolve('models/zoo/timm_vit_op17/model.onnx'), folder.path('m.onnx'))
  const { hash } = await modelIdentity(folder.path('m.onnx'))
  await beginRun(project, definitionOf(folder.path('images')), { ...model, hash, path: folder.path('m.onnx') }, null)
})
afterEach(() => project.close())

const check = (signal?: AbortSignal) =>
  checkProject(project, { deep: false, lane: directLane(project), progress: () => undefined, signal })

test('a sound project has no problem, and its parts are named', async () => {
  const report = await check()
  expect(report).toMatchObject({ ok: true, problems: [], checked: 20 })
  expect(report.files.map(({ file }) => file)).toEqual(['cache.sqlite', 'review.sqlite'])
  expect(report.models).toMatchObject([{ path: folder.path('m.onnx'), runs: ['run'], problem: null }])
})

test('a model that is another now or gone, a dataset that is gone, a damaged backup: each is a problem', async () => {
  copyFileSync(resolve('models/zoo/timm_vit_op14/model.onnx'), folder.path('m.onnx'))
  await project.backup()
  writeFileSync(folder.path('P.headlight', 'review.backup.sqlite.gz'), 'no database at all, but long enough to be read')
  project.review.prepare(`UPDATE dataset SET root = ?`).run(folder.path('away'))
  const { ok, problems } = await check()
  expect(ok).toBe(false)
  expect(problems).toHaveLength(3)
  expect(problems[0]).toMatch(/^review\.backup\.sqlite\.gz: file is not a readable gzip archive/)
  expect(problems[1]).toMatch(/^The dataset of 20 images is not at .*away any more/)
  expect(problems[2]).toMatch(/m\.onnx is another model than the runs were computed with/)
})

test('damage inside a database is found while the project is open', async () => {
  project.cache.pragma('wal_checkpoint(TRUNCATE)')
  const root = project.cache.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = 'run_sample'`).pluck().get()
  const size = Number(project.cache.pragma('page_size', { simple: true }))
  const file = openSync(project.cache.name, 'r+')
  writeSync(file, Buffer.alloc(size, 0x5a), 0, size, (Number(root) - 1) * size)
  closeSync(file)
  project.cache.pragma('shrink_memory')
  const { ok, problems } = await check()
  expect(ok).toBe(false)
  expect(problems).toEqual([expect.stringMatching(/^cache\.sqlite: .*close the project and open it again/)])
})

test('a check that is cancelled ends', async () => {
  await expect(check(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
})
