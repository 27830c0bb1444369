/** A run that is killed again and again ends with exactly what an uninterrupted one has. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import Database from 'better-sqlite3'
import { demo } from './program'

const KILLS = process.env.HEADLIGHT_LONG ? 100 : 10
const SAMPLES = 400
const model = resolve('models/zoo/timm_vit_op17/model.onnx')

test.setTimeout(KILLS * 30_000 + 120_000)

let folder: string
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headlight-kill-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

/** Starts the run, or goes on with it, as a process group of its own. */
function startRun(project: string): ChildProcess {
  const run = ['--model', model, '--data', demo.images, '--project', project, '--provider', 'cpu']
  const rest = ['--batch', '4', '--limit', String(SAMPLES), '--methods', 'gmar_l1,chefer']
  return spawn(process.execPath, [resolve('out/main/cli.js'), 'run', ...run, ...rest], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, HEADLIGHT_CONFIG_DIR: join(folder, 'config') },
  })
}

async function finish(project: string): Promise<number | null> {
  const [code] = (await once(startRun(project), 'exit')) as [number | null]
  return code
}

/** Kills the program and both of its processes in mid-air. Gives whether it was still running. */
async function killAfter(child: ChildProcess, ms: number): Promise<boolean> {
  const exited = once(child, 'exit')
  const ended = await Promise.race([exited.then(() => true), new Promise<false>((wait) => setTimeout(wait, ms, false))])
  if (!ended) process.kill(-child.pid!, 'SIGKILL')
  await exited
  return !ended
}

/** Everything that was computed, by path, as the bytes that were stored. */
function results(project: string): Map<string, string> {
  const database = new Database(join(project, 'cache.sqlite'), { readonly: true })
  try {
    expect(database.pragma('quick_check', { simple: true })).toBe('ok')
    const rows = database
      .prepare(
        `SELECT sample.path, hex(top_logit) || hex(head_l1) || hex(head_l2) || group_concat(method || hex(relevance)) AS bytes
         FROM result JOIN sample ON sample.id = result.sample_id
         JOIN (SELECT * FROM map ORDER BY method) AS map ON map.sample_id = result.sample_id
         GROUP BY sample.path`,
      )
      .all() as { path: string; bytes: string }[]
    const { count } = database.prepare('SELECT count(*) AS count FROM result').get() as { count: number }
    expect(rows).toHaveLength(count)
    return new Map(rows.map(({ path, bytes }) => [path, bytes]))
  } finally {
    database.close()
  }
}

test(`a run killed ${KILLS} times loses nothing and doubles nothing`, async () => {
  const [whole, killed] = [join(folder, 'whole.headlight'), join(folder, 'killed.headlight')]
  const started = performance.now()
  expect(await finish(whole)).toBe(0)
  const wholeMs = performance.now() - started

  let kills = 0
  let known = 0
  while (kills < KILLS) {
    // Where a run got to its end, it starts over in another project: every kill has to hit a living program.
    const project = killed.replace('killed', `killed-${kills}-${known}`)
    for (let alive = true; alive && kills < KILLS;) {
      alive = await killAfter(startRun(project), 300 + Math.random() * wholeMs)
      if (alive) kills++
    }
    known++
    expect(await finish(project)).toBe(0)
    const [wanted, found] = [results(whole), results(project)]
    expect(found.size).toBe(SAMPLES)
    for (const [path, bytes] of wanted) expect(found.get(path) === bytes, path).toBe(true)
  }
})
