/** Changes that go in parts, in a library process of the built program that is killed in the middle of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spawnProcess } from '../../process'
import { BUILT } from '../../service/testing/built-program'
import type { LibraryApi } from '../api'
import { Project } from '../project/project'
import { directLane } from '../queries/query-lane'
import { samplesWith } from './annotated-samples'
import { changeAnnotations } from './change'
import { finishFollowing } from './change-terms'
import { importAnnotations } from './import-annotations'
import { writeReviewer } from './reviewer'
import { nextStep } from './steps'
import { walkSteps } from './walk-steps'

const LONG = process.env.HEADLIGHT_LONG === '1'
const KILLS = LONG ? 30 : 1
const SAMPLES = LONG ? 2000 : 1000
const ALL = Uint32Array.from({ length: SAMPLES }, (_, i) => i + 1)
const KINDS = ['change', 'import', 'undo'] as const

let folder: string
let file: string
let project: Project
/** Notes that a process had answered for, before it was killed. */
const acknowledged = new Set<number>()

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-killed-parts-'))
  file = join(folder, 'P.headlight')
  project = Project.create(file)
  writeReviewer(project, 'ana')
  project.review.transaction(() => {
    project.review.exec(`INSERT INTO dataset (root) VALUES ('/d')`)
    const add = project.review.prepare(`INSERT INTO sample_key (dataset_id, path) VALUES (1, ?)`)
    for (const id of ALL) add.run(`${id}.png`)
  })()
  tag('tag 0')
})
afterAll(async () => {
  await project.close()
  rmSync(folder, { recursive: true })
})

const tag = (name: string) =>
  changeAnnotations(project, [{ kind: 'tag', ids: ALL, tag: name, on: true }], { reviewer: 'ana', run: null })
const count = (name: string) => samplesWith(project, 'tag', name).length
const walk = (direction: 'undo' | 'redo') => walkSteps(project, 'ana', direction, new Date())
const saidBy = (reviewer: string) =>
  project.review
    .prepare<[string], number>(`SELECT sample_id FROM annotation WHERE reviewer = ? AND deleted = 0 ORDER BY sample_id`)
    .pluck()
    .all(reviewer)

/** Rows that the work has written so far. */
const WRITTEN: Record<(typeof KINDS)[number], string> = {
  change: `SELECT count(*) FROM annotation WHERE kind = 'tag' AND key = ? AND deleted = 0`,
  import: `SELECT count(*) FROM annotation WHERE reviewer = ?`,
  undo: `SELECT count(*) FROM annotation WHERE kind = 'tag' AND key = 'tag 0' AND deleted = 1 AND ? = ''`,
}

/** Does the work in the built library process until that is killed, and opens the project again. */
async function killIn(work: (typeof KINDS)[number], name: string, first: number): Promise<void> {
  await project.close()
  const child = spawnProcess<LibraryApi>(BUILT.library, { name: 'library', args: ['killed-parts'] })
  const { annotations, project: opened } = child.api
  await opened.open({ path: file })
  const { tags } = await annotations.state()
  const works = {
    change: () => annotations.setTags({ tags: tags.map((term) => ({ ...term, name })) }),
    import: () => annotations.import({ name, content: importedFile(name) }),
    undo: () => annotations.undo(),
  }
  // The thread of lists takes longer to start than the work does.
  await annotations.agreement()
  const review = new Sqlite(join(file, 'review.sqlite'), { readonly: true })
  const written = review.prepare(WRITTEN[work]).pluck()
  const killAt = Math.random() * SAMPLES * 0.6
  let isKilled = false
  const killSoon = () => {
    if (!isKilled) void wait(Math.random() * 8).then(() => child.kill())
    isKilled = true
  }
  // The kill takes its answer away.
  works[work]().then(killSoon, () => undefined)
  try {
    for (let n = 0; ; n++) {
      const id = first + n
      await annotations.change({
        reviewer: 'ben',
        changes: [{ kind: 'note', ids: Uint32Array.of(id), text: `note ${id}` }],
      })
      acknowledged.add(id)
      if (Number(written.get(name)) > killAt) killSoon()
    }
  } catch (error) {
    child.kill()
    expect(error).toMatchObject({ code: 'process-died' })
  } finally {
    review.close()
  }
  expect((await child.exited).signal).toBe('SIGKILL')
  project = Project.open(file)
  expect(project.notices).toEqual([])
  expect(saidBy('ben')).toEqual(expect.arrayContaining([...acknowledged]))
}

/** A verdict on every sample by this reviewer. */
function importedFile(reviewer: string): Uint8Array<ArrayBuffer> {
  const annotations = Array.from(ALL, (id) => ({ sample: `${id}.png`, kind: 'verdict', text: 'fine', reviewer }))
  return new Uint8Array(Buffer.from(JSON.stringify({ format: 'headlight-annotations', version: 1, annotations })))
}

/** Whether the work was half done. */
const checks: Record<(typeof KINDS)[number], (round: number, first: number) => Promise<boolean>> = {
  async change(round, first) {
    await killIn('change', `tag ${round}`, first)
    const followed = count(`tag ${round}`)
    // As opening a project does.
    await finishFollowing(project)
    expect([count('tag 0'), count(`tag ${round}`)]).toEqual([0, SAMPLES])
    await walk('undo')
    expect([count('tag 0'), count(`tag ${round}`)]).toEqual([SAMPLES, 0])
    return followed > 0 && followed < SAMPLES
  },
  async import(round, first) {
    const name = `reviewer ${round}`
    await killIn('import', name, first)
    const merged = saidBy(name).length
    if (round % 2 === 0) {
      const again = await importAnnotations(project, name, importedFile(name), directLane(project))
      expect(again).toMatchObject({ added: SAMPLES - merged, same: merged })
      expect(saidBy(name)).toHaveLength(SAMPLES)
    }
    while (nextStep(project, 'ana', 'undo')?.title.startsWith(`Imported ${name}`)) await walk('undo')
    expect(saidBy(name)).toEqual([])
    return merged > 0 && merged < SAMPLES
  },
  async undo(round, first) {
    await killIn('undo', '', first)
    const left = count('tag 0')
    if (round % 2 === 0 && left > 0) await walk('undo')
    if (round % 2 === 0) expect(count('tag 0')).toBe(0)
    await walk('redo')
    expect(count('tag 0')).toBe(SAMPLES)
    return left > 0 && left < SAMPLES
  },
}

// A process for each kill takes seconds to start: one of them is enough beside every other test.
test.each(LONG ? KINDS : (['change'] as const))(
  `what is acknowledged is there after a kill, and the step is finished or wholly taken back: %s, ${KILLS} times`,
  { timeout: 120_000 + KILLS * 60_000 },
  async (kind) => {
    let half = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const round = kill * KINDS.length + KINDS.indexOf(kind) + 1
      if (await checks[kind](round, 1 + ((round * 6) % (SAMPLES / 2)))) half++
    }
    console.log(`${kind}: half done at ${half} of ${KILLS} kills; ${acknowledged.size} notes acknowledged`)
    if (LONG) expect(half).toBeGreaterThan(KILLS / 4)
  },
)
