/** A run that is killed again and again, as a whole or a process of it, ends with exactly what an uninterrupted one has. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import Database from 'better-sqlite3'
import { attentionSums, ended, expectSameResults, results, startRun } from './run-process'

const KILLS = process.env.HEADLIGHT_LONG ? 100 : 6
const VICTIMS = ['program', 'compute', 'library'] as const
type Victim = (typeof VICTIMS)[number]

test.setTimeout(KILLS * 30_000 + 120_000)

let folder: string
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headlight-kill-'))
})
test.afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))

/** Kills the program with both of its processes, or one of them, in mid-air. Gives whether there was anything to kill. */
async function killAfter(child: ChildProcess, ms: number, victim: Victim): Promise<boolean> {
  const closed = once(child, 'close').then(() => true)
  if (await Promise.race([closed, new Promise<false>((wait) => setTimeout(wait, ms, false))])) return false
  if (victim === 'program') {
    process.kill(-child.pid!, 'SIGKILL')
    return true
  }
  const pid = processOf(child.pid!, victim)
  if (pid === null) return false
  try {
    process.kill(pid, 'SIGKILL')
    return true
  } catch {
    // It ended between being found and being killed.
    return false
  }
}

/** The living child of a program that runs this entry. */
function processOf(parent: number, entry: 'compute' | 'library'): number | null {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  const found = lines.find((line) => line.trim().split(/\s+/)[1] === String(parent) && line.includes(`${entry}.js`))
  return found ? Number(found.trim().split(/\s+/)[0]) : null
}

/** Tags a sample on the command line; done when it was acknowledged. */
function annotate(project: string, sample: string, tag: string): void {
  const words = ['annotate', '--project', project, '--sample', sample, '--tag', tag]
  execFileSync(process.execPath, [resolve('out/main/cli.js'), ...words], {
    env: { ...process.env, HEADLIGHT_CONFIG_DIR: join(folder, 'config') },
    stdio: 'pipe',
  })
}

/** Tags that the project holds, as `path tag`; its file is sound. */
function tags(project: string): Set<string> {
  const database = new Database(join(project, 'review.sqlite'), { readonly: true })
  try {
    expect(database.pragma('quick_check', { simple: true })).toBe('ok')
    const rows = database
      .prepare(
        `SELECT path, key FROM annotation JOIN sample_key ON sample_key.id = sample_id WHERE kind = 'tag' AND deleted = 0`,
      )
      .all() as { path: string; key: string }[]
    return new Set(rows.map(({ path, key }) => `${path} ${key}`))
  } finally {
    database.close()
  }
}

test(`a run killed ${KILLS} times loses nothing and doubles nothing`, async () => {
  const [whole, killed] = [join(folder, 'whole.headlight'), join(folder, 'killed')]
  const started = performance.now()
  const uninterrupted = await ended(startRun(whole, { folder }))
  expect(uninterrupted.code, uninterrupted.said).toBe(0)
  const wholeMs = performance.now() - started
  const wanted = results(whole)
  const wantedSums = attentionSums(whole)
  expect(wantedSums.length).toBeGreaterThan(0)
  const [sample = ''] = wanted.keys()

  let kills = 0
  for (let known = 0; kills < KILLS; known++) {
    // Where a run got to its end, it starts over in another project: every kill has to hit a living program.
    const project = `${killed}-${known}.headlight`
    const acknowledged = new Set<string>()
    for (let code: number | null = null; code !== 0;) {
      const run = startRun(project, { folder })
      const end = ended(run)
      const victim = VICTIMS[kills % VICTIMS.length]!
      if (kills < KILLS && (await killAfter(run, 300 + Math.random() * wholeMs, victim))) kills++
      const outcome = await end
      code = outcome.code
      // Killed as a whole it has no status; a part that was killed is replaced, or the run says why it ended.
      if (code !== 0 && code !== null) expect(outcome.said).toMatch(/ended unexpectedly/)
      if (acknowledged.size > 2 || !hasResults(project)) continue
      annotate(project, sample, `after kill ${kills}`)
      acknowledged.add(`${sample} after kill ${kills}`)
    }
    expectSameResults(results(project), wanted)
    expect(attentionSums(project)).toEqual(wantedSums)
    const kept = tags(project)
    for (const tag of acknowledged) expect(kept.has(tag), tag).toBe(true)
  }
})

/** True once the project has a run with samples that can be named. */
function hasResults(project: string): boolean {
  try {
    return results(project).size > 0
  } catch {
    return false
  }
}
