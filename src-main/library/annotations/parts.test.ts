import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Project } from '../project/project'
import { samplesWith } from './annotated-samples'
import { changeAnnotations } from './change'
import { changeTerms, finishFollowing } from './change-terms'
import { sweepDropped } from './dropped-steps'
import { nextStep } from './steps'
import { readTerms, type TermEntry } from './terms'
import { walkSteps } from './walk-steps'

const SAMPLES = 600
const ALL = Uint32Array.from({ length: SAMPLES }, (_, i) => i + 1)
const ANA = { reviewer: 'ana', run: null }

let folder: string
let project: Project

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-parts-'))
  project = Project.create(join(folder, 'P.headlight'))
  project.review.transaction(() => {
    project.review.exec(`INSERT INTO dataset (root) VALUES ('/d')`)
    const add = project.review.prepare(`INSERT INTO sample_key (dataset_id, path) VALUES (1, ?)`)
    for (const id of ALL) add.run(`${id}.png`)
  })()
  tag('clutter', ALL)
})
afterEach(async () => {
  await project.close()
  rmSync(folder, { recursive: true })
})

const tag = (name: string, ids: Uint32Array<ArrayBuffer>) =>
  changeAnnotations(project, [{ kind: 'tag', ids, tag: name, on: true }], ANA)
const count = (name: string) => samplesWith(project, 'tag', name).length
const renamed = (from: string, to: string): TermEntry[] =>
  readTerms(project, 'tag').map((term) => (term.name === from ? { ...term, name: to } : term))
const walk = (direction: 'undo' | 'redo') => walkSteps(project, 'ana', direction, new Date())
const title = (direction: 'undo' | 'redo') => nextStep(project, 'ana', direction)?.title

/** One row is as no part of the program writes it, until it is mended. */
const damage = (sample: number, by = 1) =>
  project.review.prepare(`UPDATE annotation SET checksum = checksum + ? WHERE sample_id = ?`).run(by, sample)

test('a renamed tag is followed part by part, and others annotate in between', async () => {
  const changing = changeTerms(project, 'tag', renamed('clutter', 'mess'), ANA)
  await new Promise(setImmediate)
  expect(count('mess')).toBeLessThan(SAMPLES)
  changeAnnotations(project, [{ kind: 'note', ids: Uint32Array.of(600), text: 'mine' }], { reviewer: 'ben', run: null })
  const changed = await changing
  expect(changed).toMatchObject({ terms: true, step: { samples: SAMPLES, title: 'Edited the list of tags' } })
  expect(changed.samples).toEqual(ALL)
  expect([count('clutter'), count('mess')]).toEqual([0, SAMPLES])
  await walk('undo')
  expect([count('clutter'), count('mess')]).toEqual([SAMPLES, 0])
  expect(readTerms(project, 'tag').map(({ name }) => name)).toEqual(['clutter'])
})

test('tags that swap their names while parts are written are not mixed up', async () => {
  tag('mess', ALL.subarray(0, 250))
  const [clutter, mess] = readTerms(project, 'tag')
  const swapped = [
    { ...clutter!, name: 'mess' },
    { ...mess!, name: 'clutter' },
  ]
  await changeTerms(project, 'tag', swapped, ANA)
  expect([count('clutter'), count('mess')]).toEqual([250, SAMPLES])
  await walk('undo')
  expect([count('clutter'), count('mess')]).toEqual([SAMPLES, 250])
})

test('where a tag is renamed in part, the rest follows when the project comes again, as the same step', async () => {
  damage(300)
  await expect(changeTerms(project, 'tag', renamed('clutter', 'mess'), ANA)).rejects.toThrow(
    /damaged.* annotations of 200 of 600 samples follow it; the others do/,
  )
  damage(300, -1)
  const path = project.path
  await project.close()
  project = Project.open(path)
  expect([count('clutter'), count('mess')]).toEqual([SAMPLES - 200, 200])
  await finishFollowing(project)
  expect([count('clutter'), count('mess')]).toEqual([0, SAMPLES])
  expect(nextStep(project, 'ana', 'undo')).toMatchObject({ title: 'Edited the list of tags', samples: SAMPLES })
  await walk('undo')
  expect([count('clutter'), count('mess')]).toEqual([SAMPLES, 0])
})

test('an undo that fails says how far it came; undo goes on, and redo takes back what was undone', async () => {
  damage(300)
  await expect(walk('undo')).rejects.toThrow(/damaged.* 250 of 600 changes of “Tagged 600 .*” were undone before that/)
  expect(count('clutter')).toBe(SAMPLES - 250)
  expect(title('undo')).toMatch(/^Tagged 600 .* \(250 of 600 changes are undone\)$/)
  damage(300, -1)
  expect(title('redo')).toBe(title('undo'))
  await expect(walk('redo')).resolves.toMatchObject({ skipped: 0, samples: ALL.subarray(0, 250).toReversed() })
  expect(count('clutter')).toBe(SAMPLES)
  expect([title('undo'), title('redo')]).toEqual([expect.not.stringContaining('changes are'), undefined])

  damage(300)
  await expect(walk('undo')).rejects.toThrow(/250 of 600/)
  await expect(walk('undo')).rejects.toThrow(/250 of 600/)
  damage(300, -1)
  const rest = await walk('undo')
  expect([rest.skipped, rest.samples.length]).toEqual([0, SAMPLES - 250])
  expect([count('clutter'), title('undo')]).toEqual([0, undefined])
  await walk('redo')
  expect(count('clutter')).toBe(SAMPLES)
})

test('what a redo that failed has done again can be undone after another change', async () => {
  await walk('undo')
  damage(300)
  await expect(walk('redo')).rejects.toThrow(/250 of 600 changes .* were done again before that: redo again/)
  expect(title('undo')).toMatch(/\(250 of 600 changes are done again\)$/)
  damage(300, -1)
  tag('odd', Uint32Array.of(1))
  expect(title('redo')).toBeUndefined()
  await walk('undo')
  expect([count('odd'), count('clutter')]).toEqual([0, 250])
  await walk('undo')
  expect(count('clutter')).toBe(0)
})

test('long texts are undone a few at a time, and steps that nobody can redo leave no changes behind', async () => {
  const notes = ALL.subarray(0, 40)
  changeAnnotations(project, [{ kind: 'note', ids: notes, text: 'x'.repeat(20_000) }], ANA)
  damage(30)
  await expect(walk('undo')).rejects.toThrow(/ 26 of 40 changes of/)
  damage(30, -1)
  await walk('undo')
  tag('odd', Uint32Array.of(1))
  sweepDropped(project)
  const left = project.review.prepare<[], number>(`SELECT count(*) FROM annotation_change WHERE kind = 'note'`).pluck()
  await expect.poll(() => left.get()).toBe(0)
  expect(project.review.prepare(`SELECT count(*) FROM annotation_step`).pluck().get()).toBe(2)
})
