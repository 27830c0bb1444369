import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import { HeadlightError } from '@shared/errors'
import { startThread, type Thread } from './thread'

interface FixtureApi {
  ask(values: Float32Array): { answer: Float32Array }
  refusedThere(): void
  missingThere(): void
  untilAborted(options: { signal?: AbortSignal }): void
  block(): void
  die(): void
}

const fixtures = join(import.meta.dirname, 'fixtures')
const threads: Thread<FixtureApi>[] = []
const told: string[] = []

function start() {
  const part = {
    double: (values: Float32Array) => values.map((value) => value * 2),
    refuse: () => {
      throw new HeadlightError('unreadable-image', 'The file is empty.')
    },
    told: (word: string) => void told.push(word),
  }
  const execArgv = ['--import', join(fixtures, 'run-typescript.mjs')]
  const thread = startThread<FixtureApi>(join(fixtures, 'thread.mjs'), { part }, { name: 'fixture', execArgv })
  threads.push(thread)
  return thread.api
}

// Starting a thread from sources takes a second.
afterAll(() => Promise.all(threads.map((thread) => thread.end())))

test('both ends answer each other, with arrays and errors as they are', async () => {
  const api = start()
  const { answer } = await api.ask(Float32Array.of(1, 2).subarray(1))
  expect(answer).toEqual(Float32Array.of(6))
  await expect(api.refusedThere()).rejects.toMatchObject({ code: 'unreadable-image', message: 'The file is empty.' })
  await expect(api.missingThere()).rejects.toMatchObject({ message: "There is no method 'part.constructor'." })
})

test('work that nobody waits for any more is told so', async () => {
  const controller = new AbortController()
  const work = (threads[0]?.api ?? start()).untilAborted({ signal: controller.signal })
  setTimeout(() => controller.abort(), 10)
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  await expect.poll(() => told).toEqual(['aborted'])
})

test('a thread that fails or is ended rejects what is under way, and later calls', async () => {
  const failing = threads[0]?.api ?? start()
  await expect(failing.die()).rejects.toMatchObject({
    code: 'process-died',
    message: expect.stringContaining('no memory'),
  })
  await expect(failing.ask(new Float32Array(1))).rejects.toMatchObject({ code: 'process-died' })
  const blocked = start()
  const work = blocked.block()
  const time = () => threads.at(-1)!.cpuSeconds()
  await expect.poll(time, { timeout: 20_000 }).toBeGreaterThan(0.05)
  const outcome = expect(work).rejects.toMatchObject({ code: 'process-died' })
  await threads.at(-1)?.end()
  await outcome
})

test('a thread that computes is seen to, also where Node tells no processor time of threads', async () => {
  const own = Object.getOwnPropertyDescriptor(Worker.prototype, 'cpuUsage')!
  Reflect.deleteProperty(Worker.prototype, 'cpuUsage')
  try {
    const api = start()
    const time = () => threads.at(-1)!.cpuSeconds()
    await api.ask(new Float32Array(1))
    const before = await time()
    const outcome = expect(api.block()).rejects.toMatchObject({ code: 'process-died' })
    await expect.poll(time, { timeout: 20_000 }).toBeGreaterThan(before + 0.2)
    await threads.at(-1)?.end()
    await outcome
  } finally {
    Object.defineProperty(Worker.prototype, 'cpuUsage', own)
  }
})
