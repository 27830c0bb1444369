/** The contract against the real library and compute processes, over both carriers. */
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunProgress } from '@shared/api'
import { programFolder } from '../process/program-folder'
import { findDemo } from '../service/places'
import { type HostedService, createService } from '../service/service'
import { type ContractClient, connectPort, connectSocket } from './testing/contract-client'
import { builtBackend } from '../service/testing/built-backend'
import { ownFolder } from '../service/testing/own-folder'
import { type WebHost, startWebHost } from './web-host'

const carriers = ['WebSocket', 'MessagePort'] as const
const demo = findDemo()
if (!demo) throw new Error('The demo model is missing.')

const folder = ownFolder()
const backend = builtBackend()
let service: HostedService
let web: WebHost

beforeAll(async () => {
  service = createService(backend, 'browser')
  const windowFolder = join(programFolder(), 'src-renderer')
  web = await startWebHost({ service, media: service.media, windowFolder, host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await web.close()
  await service.close()
  await backend.dispose()
  rmSync(folder, { recursive: true })
})

describe.each(carriers)('over %s', (carrier) => {
  const project = join(folder, `${carrier}.headlight`)
  let window: ContractClient

  const connect = () => (carrier === 'WebSocket' ? connectSocket(web.url) : Promise.resolve(connectPort(service)))

  beforeEach(async () => void (window = await connect()))
  afterEach(() => window.close())

  test('tells about the program, and lists folders', async () => {
    expect(await window.call('app.info', {})).toMatchObject({ shell: 'browser', demoAvailable: true })
    const listing = await window.call('files.list', { path: join(demo.modelPath, '..') })
    expect(listing.entries.slice(0, 2).map(({ kind }) => kind)).toEqual(['folder', 'folder'])
    expect(listing.entries).toContainEqual(expect.objectContaining({ name: 'clutter-vit.onnx', kind: 'model' }))
  })

  test('shows a model’s files and a dataset before they are in a project', async () => {
    const files = await window.call('model.files', { path: demo.modelPath })
    expect(files).toMatchObject({
      labelsSource: 'config.json',
      preprocessingOrigins: { mean: 'preprocessor_config.json' },
    })
    expect(files).not.toHaveProperty('hash')
    expect(await window.call('files.describe', { path: demo.dataPath })).toMatchObject({
      kind: 'folder',
      path: demo.dataPath,
    })

    const { classes, preview } = await window.call('dataset.scan', { path: demo.dataPath, modelPath: demo.modelPath })
    expect(classes).toHaveLength(10)
    expect(classes.every(({ by, classIndex }) => by === 'name' && classIndex !== null)).toBe(true)
    const pictures = await window.call('dataset.pictures', { path: demo.dataPath })
    expect(pictures.map(({ path }) => path)).toEqual(preview)
    expect(pictures[0]?.image?.length).toBeGreaterThan(100)

    const { preprocessing } = files
    const [input, ...others] = await window.call('dataset.inputs', { path: demo.dataPath, preprocessing, count: 1 })
    expect(others).toEqual([])
    expect(input?.input?.rgb).toBeInstanceOf(Uint8Array)
    expect(input?.input?.rgb.length).toBe(112 * 112 * 3)
    const nowhere = { ...preprocessing, size: { height: 0, width: 112 } }
    const refused = window.call('dataset.inputs', { path: demo.dataPath, preprocessing: nowhere, count: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('size.height') })
  })

  test('errors are values with a code and a sentence', async () => {
    const missing = window.call('project.open', { path: join(folder, 'nowhere.headlight') })
    await expect(missing).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('nowhere') })
  })

  test('refuses malformed input with the name of the field', async () => {
    const negative = window.call('run.get', { runId: -1 })
    await expect(negative).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('runId') })
    const plainList = window.call('samples.rows', { runId: 1, ids: [1] as unknown as Uint32Array<ArrayBuffer> })
    await expect(plainList).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('ids') })
  })

  test('answers unknown calls, ignores frames that are none', async () => {
    const answer = window.answerTo(900)
    window.sendRaw({ nonsense: true })
    window.sendRaw({ id: 'one', kind: 'call', name: 'app.info', input: {} })
    window.sendRaw({ id: 900, kind: 'call', name: 'toString', input: {} })
    expect(await answer).toMatchObject({ kind: 'error', error: { code: 'usage' } })
  })

  test('a cancelled call is answered at once', async () => {
    const abort = new AbortController()
    const report = window.call('dataset.scan', { path: demo.dataPath }, { signal: abort.signal })
    abort.abort()
    await expect(report).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('a run from its start to what the window shows of it', async () => {
    const other = await connect()
    const [progress, heardByOther]: RunProgress[][] = [[], []]
    const changes: unknown[] = []
    window.on('run.progress', (event) => progress?.push(event))
    window.on('project.changed', (event) => changes.push(event))
    const finished = new Promise<void>((resolve) =>
      other.on('run.progress', (event) => {
        heardByOther?.push(event)
        if (event.state === 'finished') resolve()
      }),
    )

    expect(await window.call('project.create', { path: project })).toMatchObject({ name: carrier, runs: [] })
    expect(existsSync(project)).toBe(true)
    expect((await window.call('app.recent', {}))[0]).toMatchObject({ path: project, name: carrier })
    const { id: runId } = await window.call('run.start', { ...demo, limit: 5, batch: 2, methods: ['gmar_l1', 'raw'] })
    await finished

    const run = await other.call('run.get', { runId })
    expect(run).toMatchObject({ state: 'finished', done: 5, total: 5, failed: 0, certificate: { passed: true } })
    expect(progress?.at(-1)).toMatchObject({ state: 'finished', done: 5, phase: '' })
    expect(changes.length).toBeGreaterThan(0)

    const query = { runId, filter: '', sort: 'path', descending: false } as const
    const { ids, total } = await window.call('samples.query', query)
    expect(ids).toBeInstanceOf(Uint32Array)
    expect(ids.length).toBe(5)
    expect(total).toBe(5)
    const rows = await window.call('samples.rows', { runId, ids: Uint32Array.from(ids.slice(0, 2)) })
    expect(rows.map(({ id }) => id)).toEqual([...ids.slice(0, 2)])
    const maps = await window.call('samples.maps', { runId, ids: Uint32Array.from(ids), method: 'gmar_l1' })
    expect(maps.values).toBeInstanceOf(Float32Array)
    expect(maps.values.length).toBe(5 * 14 * 14)
    expect(maps.values.every(Number.isFinite)).toBe(true)
    const detail = await window.call('sample.detail', { runId, id: ids[0]! })
    expect(await window.call('sample.notes', { runId, id: ids[0]! })).toEqual([])
    expect(detail.headL1?.length).toBe(8 * 5)
    const head = await window.call('sample.attention', { runId, id: ids[0]!, layer: 0, head: 1 })
    expect(head.values.length).toBe(14 * 14)
    const statistics = await window.call('stats.heads', { runId, by: 'all', filter: '', norm: 'l1' })
    expect(statistics.groups[0]?.count).toBe(5)

    expect(await window.call('project.close', {})).toBeNull()
    expect(await window.call('project.current', {})).toBeNull()
    other.close()
  })

  test('a project that is opened again shows its run, and its pictures', async () => {
    const { runs } = await window.call('project.open', { path: project })
    expect(runs).toMatchObject([{ state: 'finished', done: 5 }])
    // The open project by another path, as in another case where the disk ignores case, stays open as it is.
    const link = join(folder, 'link.headlight')
    rmSync(link, { force: true })
    symlinkSync(project, link, 'junction')
    expect(await window.call('project.open', { path: link })).toMatchObject({ path: project })
    const [run] = runs
    for (const kind of ['thumbnail', 'image', 'input']) {
      const reply = await service.media(`/media/${kind}/${run?.id}/1`, null)
      expect(reply.status).toBe(200)
      expect(reply.headers['Content-Type']).toMatch(/^image\//)
      const again = await service.media(`/media/${kind}/${run?.id}/1`, reply.headers.ETag ?? '')
      expect(again.status).toBe(304)
    }
    expect(await service.media(`/media/image/${run?.id}/99999`, null)).toMatchObject({ status: 404 })
    expect(await service.media('/media/image/1/../../etc', null)).toMatchObject({ status: 400 })
  })
})
