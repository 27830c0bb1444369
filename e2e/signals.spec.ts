/** What batch queues and closed terminals do to a run: it saves, ends with 128 and the signal's number, and goes on later. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { demo, programEnvironment } from './program'

let folder: string
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headlight-signals-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
test.setTimeout(240_000)

function startRun(project: string, limit: number) {
  const args = ['run', '--model', resolve('models/zoo/timm_vit_op17/model.onnx'), '--data', demo.images]
  const rest = ['--project', join(folder, project), '--provider', 'cpu', '--batch', '2', '--limit', String(limit)]
  return spawn(process.execPath, [resolve('out/main/cli.js'), ...args, ...rest, '--json'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: programEnvironment(folder),
  })
}

for (const [signal, status] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
  ['SIGINT', 130],
] as const) {
  test(`${signal} to the whole process group saves and ends with ${status}`, async () => {
    const child = startRun(`${signal}.headlight`, 1000)
    let [printed, errors] = ['', '']
    child.stdout.on('data', (chunk) => (printed += String(chunk)))
    const computing = new Promise<void>((found) =>
      child.stderr.on('data', (chunk) => {
        errors += String(chunk)
        if (errors.includes('First batch')) found()
      }),
    )
    await Promise.race([computing, once(child, 'exit')])
    // As a queue or a closing terminal does: every process of the group at once, and nobody reads on.
    if (signal === 'SIGHUP') child.stderr.destroy()
    process.kill(-child.pid!, signal)
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code, errors).toBe(status)
    if (child.stdout.readable) await once(child.stdout, 'end')
    const { run } = JSON.parse(printed) as { run: { state: string; done: number; total: number } }
    expect(run).toMatchObject({ state: 'paused', total: 1000 })
    expect(run.done).toBeLessThan(1000)
    // Lines of a log: with the time, and few.
    if (signal !== 'SIGHUP') expect(errors).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 0 of 1000 images, First batch/m)

    const again = startRun(`${signal}.headlight`, 1000)
    again.stdout.resume()
    let resumed = ''
    again.stderr.on('data', (chunk) => (resumed += String(chunk)))
    await expect.poll(() => resumed, { timeout: 150_000 }).toContain('First batch')
    expect(resumed).toContain(`${run.done} of 1000 images`)
    again.kill('SIGTERM')
    await once(again, 'exit')
  })
}
