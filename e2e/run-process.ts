/** Runs on the command line as process groups of their own, and what they wrote, byte by byte. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { expect } from '@playwright/test'
import Database from 'better-sqlite3'
import { demo } from './program'

export const SAMPLES = 400

export interface RunOptions {
  /** Folder of the settings. */
  folder: string
  model?: string
  data?: string
  /** A command line that the program is started by: its own follows. */
  within?: string[]
  limit?: number
}

export interface Ended {
  code: number | null
  /** Standard error. */
  said: string
}

/** Starts the run of a project, or goes on with it. Always the CPU in batches of four, so that results are the same. */
export function startRun(project: string, options: RunOptions): ChildProcess {
  const { folder, model = resolve('models/zoo/timm_vit_op17/model.onnx'), data = demo.images, within = [] } = options
  const run = ['--model', model, '--data', data, '--project', project, '--provider', 'cpu', '--name', 'run']
  const rest = ['--batch', '4', '--limit', String(options.limit ?? SAMPLES), '--methods', 'gmar_l1,chefer']
  const [file = '', ...args] = [...within, process.execPath, resolve('out/main/cli.js'), 'run', ...run, ...rest]
  return spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HEADLIGHT_CONFIG_DIR: join(folder, 'config') },
  })
}

/** Waits for its end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  let said = ''
  child.stderr?.on('data', (text) => (said += String(text)))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

/** Resolves when the project holds this many results; rejects when the run ends before. */
export async function resultsReached(project: string, count: number, child: ChildProcess): Promise<void> {
  while (countResults(project) < count) {
    if (child.exitCode !== null) throw new Error(`The run ended with ${child.exitCode} before it had ${count} results.`)
    await new Promise((wait) => setTimeout(wait, 20))
  }
}

function countResults(project: string): number {
  try {
    return read(project, (database) => database.prepare('SELECT count(*) FROM result').pluck().get() as number)
  } catch {
    return 0
  }
}

/** Everything that was computed, by path, as the bytes that were stored; the files are sound. */
export function results(project: string): Map<string, string> {
  return read(project, (database) => {
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
  })
}

/** The sums of attention, as the bytes that were stored. */
export function attentionSums(project: string): unknown[] {
  const sums = `SELECT layer, label, outcome, count, hex(sums) FROM attention_sum ORDER BY layer, label, outcome`
  return read(project, (database) => database.prepare(sums).raw().all())
}

/** Fails unless both hold the same results, `count` of them. */
export function expectSameResults(found: Map<string, string>, wanted: Map<string, string>, count = SAMPLES): void {
  expect(found.size).toBe(count)
  for (const [path, bytes] of wanted) expect(found.get(path) === bytes, path).toBe(true)
}

function read<Answer>(project: string, question: (database: Database.Database) => Answer): Answer {
  const database = new Database(join(project, 'cache.sqlite'), { readonly: true })
  try {
    return question(database)
  } finally {
    database.close()
  }
}
