/** The Python package, which reads a project that is open here, against tables that were exported from it. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AnnotationChange } from '@shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CACHE_MIGRATIONS, REVIEW_MIGRATIONS } from '../library/migrations'
import { hasPythonModules, PYTHON } from '../service/testing/python'
import { type SmallProject, smallProject, unwatched } from '../service/testing/small-project'
import { annotationTable, exportTable, runTable } from './export-table'

const hasPandas = hasPythonModules('numpy', 'pandas')
const NAMES = ['Bag/1.png', 'Coat/1.png', 'Coat/2.png', 'Shirt/9.png', 'Shirt/10.png', 'Shirt/broken.png']
let made: SmallProject

beforeAll(async () => {
  const annotations: AnnotationChange[] = [
    { kind: 'tag', ids: Uint32Array.of(1, 3), tag: 'clutter', on: true },
    { kind: 'note', ids: Uint32Array.of(2), text: 'the strap' },
    { kind: 'verdict', ids: Uint32Array.of(2), verdict: 'fine' },
  ]
  // What a detector adds: the query of each sample, and its box.
  const detections = { query: Int32Array.of(4, 0, 2, 1, 3), box: Float32Array.from({ length: 20 }, (_, at) => at / 20) }
  const attention = Float32Array.from({ length: 5 * 2 * 2 * 6 }, (_, at) => ((at * 7) % 13) / 64)
  const more = { ...detections, attention }
  made = await smallProject(NAMES, [2, 0, 1, 1, 2], [0.1, 0.7, 1 / 3, 0.75, 0.5], annotations, more)
  const { source, run, folder } = made
  const chosen = { run, filter: '' }
  for (const what of ['predictions', 'scores', 'maps'] as const) {
    await exportTable(await runTable(source, what, chosen), 'npz', join(folder, `${what}.npz`), unwatched())
  }
  const said = { query: [...detections.query], box: [...detections.box] }
  writeFileSync(join(folder, 'detections.json'), JSON.stringify(said))
  const shown = await Promise.all(
    [0, 1, 2, 3].map(async (index) => {
      const [layer, head] = [index >> 1, index & 1]
      const { labels, counts, means } = await made.library.statistics.attention({ runId: run.id, layer, head })
      return { layer, head, labels: [...labels], counts: [...counts], means: [...means] }
    }),
  )
  writeFileSync(join(folder, 'attention.json'), JSON.stringify({ attention: [...attention], shown }))
  await exportTable(await annotationTable(source, null), 'json', join(folder, 'annotations.json'), unwatched())
})
afterAll(() => made.close())

test.skipIf(!hasPandas)('it reads what the exports hold, and refuses what it cannot read', () => {
  const { status, stderr } = spawnSync(PYTHON, ['-m', 'unittest', 'discover', '-s', 'python/tests', '-t', 'python'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      HEADLIGHT_PROJECT: join(made.folder, 'P.headlight'),
      HEADLIGHT_EXPORTS: made.folder,
    },
  })
  expect(stderr).toMatch(/Ran 1[0-9] tests/)
  expect(stderr).not.toContain('skipped')
  expect(status, stderr).toBe(0)
})

test('it reads the formats that this version writes', () => {
  const source = readFileSync(resolve('python/headlight/databases.py'), 'utf8')
  const version = (name: string) => Number(new RegExp(`^${name} = (\\d+)$`, 'm').exec(source)?.[1])
  expect(version('REVIEW_VERSION')).toBe(REVIEW_MIGRATIONS.at(-1)?.version)
  expect(version('CACHE_VERSION')).toBe(CACHE_MIGRATIONS.at(-1)?.version)
})
