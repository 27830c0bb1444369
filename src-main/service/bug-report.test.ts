/** The bug report of a real project with failures, and the log that is part of it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, afterEach, expect, test } from 'vitest'
import { definitionOf, model, writeImages } from '../library/library-fixture'
import { Library } from '../library/library'
import { collectReport } from './bug-report'
import { ProgramLog } from './program-log'
import { ownFolder } from './testing/own-folder'

const folder = ownFolder()
const library = new Library()
afterEach(() => library.project.close())
afterAll(() => rmSync(folder, { recursive: true }))

test('holds versions, runs, grouped errors, storage and logs, and nothing of the user’s data', async () => {
  const images = join(folder, 'secret place', 'images')
  await writeImages(images, ['Coat/private-1.png', 'Coat/private-2.png', 'Coat/private-3.png'])
  await library.project.create({ path: join(folder, 'secret project.headlight') })
  const labels = ['ClassifiedA', 'ClassifiedB', 'ClassifiedC']
  const run = await library.runs.begin({
    definition: { ...definitionOf(images), labels, name: 'secret name' },
    model,
    certificate: null,
  })
  const [first, second] = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
  await library.runs.commit({
    runId: run.id,
    batch: {
      ...emptyBatch,
      errors: [first, second].flatMap((sample) =>
        sample ? [{ id: sample.id, code: 'unreadable-image', message: `${sample.file} is truncated.` }] : [],
      ),
    },
  })
  const log = new ProgramLog(join(folder, 'log'))
  log.write('error', 'call failed', { cause: `Error: no such file\n    at ${images}/Coat/private-1.png` })

  const { files, zip, fileName } = await collectReport({
    library,
    log,
    version: '1.2.3',
    shell: 'browser',
  })
  expect(fileName).toMatch(/^headlight-report-\d{4}-\d\d-\d\d-\d{4}\.zip$/)
  const unpacked = Object.fromEntries(Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, strFromU8(bytes)]))
  expect(unpacked).toEqual(Object.fromEntries(files.map(({ name, text }) => [name, text])))
  expect(JSON.parse(unpacked['versions.json'] ?? '')).toMatchObject({ headlight: '1.2.3', node: process.versions.node })
  expect(JSON.parse(unpacked['project/errors.json'] ?? '')).toEqual([
    expect.objectContaining({
      code: 'unreadable-image',
      count: 2,
      message: expect.stringContaining('<image> is truncated'),
    }),
  ])
  expect(JSON.parse(unpacked['project/storage.json'] ?? '')).toMatchObject({
    databases: [{ name: 'review.sqlite', rows: { sample_key: 3, run: 1 } }, { name: 'cache.sqlite' }],
  })
  expect(JSON.parse(unpacked['project/runs.json'] ?? '')).toMatchObject([{ id: 1, definition: { classes: 3 } }])
  expect(unpacked['logs/headlight.log']).toContain('no such file')
  const everything = Object.values(unpacked).join('\n')
  for (const secret of ['private-', 'Classified', 'secret', folder, hostname()])
    expect(everything).not.toContain(secret)
})

test('without a project tells of the program alone', async () => {
  const { files } = await collectReport({
    library,
    log: new ProgramLog(join(folder, 'none')),
    version: '1',
    shell: 'browser',
  })
  expect(files.map(({ name }) => name)).toEqual(['README.txt', 'versions.json', 'settings.json'])
})

test('the log is bounded, and a log that cannot be written stops nothing', () => {
  const log = new ProgramLog(join(folder, 'rotating'))
  const filler = 'x'.repeat(100_000)
  for (let line = 0; line < 40; line++) log.write('info', 'line', { line, filler })
  expect(log.read().map(({ name }) => name)).toEqual(['headlight.log', 'headlight.1.log', 'headlight.2.log'])
  for (const { name } of log.read()) expect(statSync(join(log.folder, name)).size).toBeLessThan(700_000)
  expect(readFileSync(join(log.folder, 'headlight.log'), 'utf8')).toContain('"line":39')
  mkdirSync(join(folder, 'blocked'))
  writeFileSync(join(folder, 'blocked', 'file'), '')
  expect(() => new ProgramLog(join(folder, 'blocked', 'file', 'log')).write('info', 'lost')).not.toThrow()
})

const emptyBatch = {
  ids: new Uint32Array(),
  width: new Uint32Array(),
  height: new Uint32Array(),
  bytes: new Float64Array(),
  hash: [],
  prediction: new Int32Array(),
  target: new Int32Array(),
  topK: 2,
  topClass: new Int32Array(),
  topLogit: new Float32Array(),
  topProbability: new Float32Array(),
  layers: 2,
  heads: 2,
  grid: [2, 3] as [number, number],
  headL1: null,
  headL2: null,
  headTaylor: null,
  maps: [],
  attention: null,
  localisation: [],
  unmeasured: [],
  timing: { decodeMs: 0, inferMs: 0 },
}

test.skipIf(process.platform === 'win32')(
  'a log that is a pipe is named and not waited for, in reading and writing',
  () => {
    const log = new ProgramLog(join(folder, 'piped'))
    mkdirSync(log.folder)
    for (const name of ['headlight.log', 'headlight.1.log']) execFileSync('mkfifo', [join(log.folder, name)])
    writeFileSync(join(log.folder, 'headlight.2.log'), 'oldest')
    log.write('info', 'started')
    const pipe = expect.stringMatching(/not a regular file \(a pipe/)
    expect(log.read().map(({ text }) => text)).toEqual([pipe, pipe, 'oldest'])
  },
)
