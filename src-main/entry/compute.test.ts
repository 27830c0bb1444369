import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { DEFAULT_METHOD_SETTINGS } from '@headlight/explain/report'
import type { ComputeApi } from '../compute/api'
import { spawnProcess, type ChildProcess } from '../process/index'
import { BUILT } from '../service/testing/built-program'

const demo = resolve('models/demo')
const modelPath = join(demo, 'clutter-vit.onnx')

let child: ChildProcess<ComputeApi> | undefined
afterEach(() => child?.dispose())

async function start(session: { batch: number }) {
  child = spawnProcess<ComputeApi>(BUILT.compute, { name: 'compute' })
  const { preprocessing, hash } = await child.api.inspect(modelPath)
  const prepared = await child.api.prepare({
    modelPath,
    methods: ['gmar_l1'],
    settings: DEFAULT_METHOD_SETTINGS,
    preprocessing,
    provider: 'cpu',
    precision: 'fp32',
    batch: session.batch,
    expectedHash: null,
  })
  const images = (await readFile(join(demo, 'reference/images.txt'), 'utf8')).trim().split('\n')
  const samples = images.map((image, id) => ({ id, file: join(demo, image), mask: null, target: -1 }))
  return { api: child.api, pid: child.pid!, session: prepared.session, samples, preprocessing, hash }
}

test('batches decode in worker threads, arrive as binary arrays, and a question goes in between', async () => {
  const { api, session, samples, preprocessing, hash } = await start({ batch: 8 })
  const order: string[] = []
  const batches = [0, 8, 16].map(async (first) => {
    const result = await api.run(session, samples.slice(first, first + 8))
    order.push(`batch ${first}`)
    return result
  })
  const ask = { modelPath, expectedHash: hash, preprocessing }
  const question = api
    .attention({ ...ask, file: samples[0]!.file, layer: 0, head: 0, patch: null })
    .then(() => order.push('question'))
  const results = await Promise.all(batches)
  await question
  expect(results.flatMap(({ ids }) => [...ids])).toEqual(samples.slice(0, 24).map(({ id }) => id))
  expect(results[1]!.maps[0]!.values).toBeInstanceOf(Float32Array)
  expect(results[1]!.maps[0]!.values.buffer.byteLength).toBe(8 * 196 * 4)
  // Which batch is decoded first is open; the question waits for one of them at the most, not for all.
  expect(order.at(-1)).toMatch(/^batch/)
  const failed = await api.run(session, [{ ...samples[0]!, file: join(demo, 'facts.json') }])
  expect(failed.errors[0]).toMatchObject({ code: 'unreadable-image' })
})

test('a compute process that is killed in the middle of a batch rejects the batch', async () => {
  const { api, pid, session, samples } = await start({ batch: 32 })
  const running = api.run(session, samples.slice(0, 200))
  await api.inputPicture(samples[0]!.file, {
    ...(await api.inspect(modelPath)).preprocessing,
  })
  process.kill(pid, 'SIGKILL')
  await expect(running).rejects.toMatchObject({ code: 'process-died' })
})
