import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { HeadlightError } from '@shared/errors'
import { callMethod, compact, spawnProcess, type Abortable, type ChildProcess } from './index'

interface FixtureApi {
  add(a: number, b: number): Promise<number>
  middle(length: number): Promise<{ odd: string; values: Float32Array; bytes: Uint8Array }>
  refuse(): Promise<void>
  crash(): Promise<void>
  failInBackground(): string
  never(): Promise<void>
  untilAborted(options: { signal?: AbortSignal }): Promise<void>
  wasAborted(): boolean
  counted(): Promise<number>
  unclonable(): Promise<unknown>
  block(): Promise<void>
  die(code: number): Promise<void>
  constructor2(): Promise<void>
  tools: {
    counter: {
      add(
        input: { values: Float32Array },
        options?: Abortable,
      ): { count: number; values: Float32Array; abortable: boolean }
      untilAborted(input: object, options: Abortable): Promise<void>
      missing(): Promise<void>
    }
  }
}

const fixtures = join(import.meta.dirname, 'fixtures')
const execArgv = ['--import', join(fixtures, 'run-typescript.mjs')]
const children: ChildProcess<FixtureApi>[] = []

function start(options: { maxUnderWay?: number; graceMs?: number } = {}) {
  const child = spawnProcess<FixtureApi>(join(fixtures, 'child.mjs'), { name: 'fixture', execArgv, ...options })
  children.push(child)
  return child
}

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.dispose()))
})

test('a call made before the child is ready is answered', async () => {
  expect(await start().api.add(2, 3)).toBe(5)
})

test('typed arrays stay binary and travel alone', async () => {
  const answer = await start().api.middle(7)
  expect(answer.values).toEqual(new Float32Array(7).fill(1))
  expect(answer.values.buffer.byteLength).toBe(28)
  expect(answer.bytes.constructor).toBe(Uint8Array)
  expect([...answer.bytes]).toEqual([1, 2, 3])
})

test('errors keep their code, sentence and cause', async () => {
  const { api } = start()
  const error = await api.refuse().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(HeadlightError)
  expect(error).toMatchObject({ code: 'unreadable-image', message: 'The file is empty.' })
  expect(String((error as Error).cause)).toContain('inner')
  await expect(api.crash()).rejects.toMatchObject({ code: 'internal', message: 'a bug' })
  await expect(api.unclonable()).rejects.toMatchObject({ code: 'internal' })
  await expect(api.constructor2()).rejects.toMatchObject({ message: "There is no method 'constructor2'." })
})

test('kill -9 in the middle of calls rejects all of them, queued ones and later ones too', async () => {
  const child = start({ maxUnderWay: 1 })
  await child.api.add(1, 1)
  const pending = [child.api.block(), child.api.add(1, 2)].map((call) => call.catch((error: unknown) => error))
  process.kill(child.pid!, 'SIGKILL')
  for (const error of await Promise.all(pending)) {
    expect(error).toMatchObject({ code: 'process-died' })
    expect((error as Error).message).toBe('The fixture process ended unexpectedly (signal SIGKILL).')
  }
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' })
  await expect(child.api.add(1, 1)).rejects.toMatchObject({ code: 'process-died' })
})

test('the last words of a child that exits are the cause', async () => {
  const error = await start()
    .api.die(7)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: 'The fixture process ended unexpectedly (exit code 7).' })
  expect(String((error as Error).cause)).toContain('my last words')
})

test('a task in the background that fails does not end the child', async () => {
  const { api } = start()
  expect(await api.failInBackground()).toBe('answered')
  expect(await api.add(2, 3)).toBe(5)
  expect(await api.add(3, 4)).toBe(7)
})

test('a child that cannot start rejects its calls', async () => {
  const child = spawnProcess<FixtureApi>(join(fixtures, 'missing.mjs'), { name: 'missing' })
  await expect(child.api.add(1, 1)).rejects.toMatchObject({ code: 'process-died' })
})

test('an AbortSignal crosses the border', async () => {
  const { api } = start()
  const controller = new AbortController()
  const call = api.untilAborted({ signal: controller.signal })
  await api.add(1, 1)
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'cancelled' })
  expect(await api.wasAborted()).toBe(true)
  await expect(api.untilAborted({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' })
})

test('methods of objects within the api are called with typed arrays and signals, and keep their own state', async () => {
  const { counter } = start().api.tools
  const values = new Float32Array([1, 2, 3])
  await counter.add({ values })
  const answer = await counter.add({ values }, { signal: new AbortController().signal })
  expect(answer).toMatchObject({ count: 6, abortable: true })
  expect(answer.values).toEqual(new Float32Array([2, 3]))
  expect(answer.values.buffer.byteLength).toBe(8)
  const controller = new AbortController()
  const call = counter.untilAborted({}, { signal: controller.signal })
  await counter.add({ values })
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'cancelled' })
})

test('a remote is itself an api whose methods can be called by their paths', async () => {
  const { api } = start()
  expect(await callMethod(api, ['add'], [2, 3])).toBe(5)
  const answer = await callMethod(api, ['tools', 'counter', 'add'], [{ values: new Float32Array(2) }])
  expect(answer).toMatchObject({ count: 2 })
})

test('what is no method of the api cannot be called', async () => {
  const { tools } = start().api
  await expect(tools.counter.missing()).rejects.toMatchObject({
    message: "There is no method 'tools.counter.missing'.",
  })
  const inherited = Reflect.get(tools.counter, 'constructor') as unknown as () => Promise<void>
  await expect(inherited()).rejects.toMatchObject({ code: 'internal' })
  await expect((tools as unknown as () => Promise<void>)()).rejects.toMatchObject({ code: 'internal' })
})

test('a queued call that is cancelled never reaches the child', async () => {
  const { api } = start({ maxUnderWay: 1 })
  const first = new AbortController()
  const blocking = api.untilAborted({ signal: first.signal })
  const second = new AbortController()
  const queued = api.untilAborted({ signal: second.signal })
  second.abort()
  await expect(queued).rejects.toMatchObject({ code: 'cancelled' })
  first.abort()
  await expect(blocking).rejects.toMatchObject({ code: 'cancelled' })
  expect(await api.add(1, 1)).toBe(2)
})

test('no more calls are under way than allowed', async () => {
  const { api } = start({ maxUnderWay: 3 })
  const counts = await Promise.all(Array.from({ length: 40 }, () => api.counted()))
  expect(Math.max(...counts)).toBeLessThanOrEqual(3)
})

test('dispose kills a child that does not answer', async () => {
  const child = start({ graceMs: 50 })
  await child.api.add(1, 1)
  const blocked = child.api.block().catch((error: unknown) => error)
  await child.dispose()
  expect(await child.exited).toMatchObject({ signal: 'SIGKILL' })
  expect(await blocked).toMatchObject({ code: 'process-died', message: 'The fixture process was closed.' })
})

test('dispose lets a child end by itself', async () => {
  const child = start()
  await child.api.add(1, 1)
  await child.dispose()
  expect(await child.exited).toMatchObject({ code: 0, signal: null })
})

test('a child ends when its parent is killed', async () => {
  const parent = spawn(process.execPath, [...execArgv, join(fixtures, 'parent.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer]
  const childPid = Number(chunk.toString())
  expect(isRunning(childPid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(childPid), { timeout: 10_000, interval: 20 }).toBe(false)
})

test('a parent with nothing pending is not kept alive by its child', () => {
  const out = execFileSync(process.execPath, [...execArgv, join(fixtures, 'parent.mjs'), 'once'], {
    timeout: 20_000,
  })
  expect(Number(out.toString())).toBeGreaterThan(0)
})

test('compact copies views of larger buffers and leaves the rest alone', () => {
  const whole = new Float64Array(4)
  const date = new Date(0)
  const value = { a: [new Uint8Array(new ArrayBuffer(100), 8, 4)], whole, date, none: null }
  const compacted = compact(value) as typeof value
  expect(compacted.a[0]!.buffer.byteLength).toBe(4)
  expect(compacted.whole).toBe(whole)
  expect(compacted.date).toBe(date)
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
