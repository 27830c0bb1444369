import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { Project } from '../project/project'
import { changeAnnotations } from './change'
import { sweepDropped } from './dropped-steps'
import { nextStep, recordStep } from './steps'
import { walkSteps } from './walk-steps'

test('500 steps are kept for each reviewer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-steps-'))
  const project = Project.create(join(folder, 'P.headlight'))
  try {
    const now = new Date()
    const record = (reviewer: string, title: string) =>
      recordStep(project, { reviewer, kind: 'change', title, changes: [] }, now)
    project.review.transaction(() => {
      record('ben', 'by ben')
      for (let i = 0; i < 505; i++) record('ana', String(i))
    })()
    const undone: string[] = []
    for (let step = nextStep(project, 'ana', 'undo'); step; step = nextStep(project, 'ana', 'undo')) {
      undone.push(step.title)
      await walkSteps(project, 'ana', 'undo', now)
    }
    expect(undone).toHaveLength(500)
    expect([undone[0], undone.at(-1)]).toEqual(['504', '5'])
    expect(nextStep(project, 'ben', 'undo')?.title).toBe('by ben')
  } finally {
    await project.close()
    rmSync(folder, { recursive: true })
  }
})

test('an annotation like a former one prepares no statement: freeing thousands of them would hold up the next ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-statements-'))
  const project = Project.create(join(folder, 'P.headlight'))
  try {
    const { review } = project
    review.exec(`INSERT INTO dataset (id, root) VALUES (1, '/d')`)
    const sample = review.prepare(`INSERT INTO sample_key (dataset_id, path) VALUES (1, ?)`).run('a.png')
    const ids = Uint32Array.of(Number(sample.lastInsertRowid))
    const annotate = async (on: boolean) => {
      changeAnnotations(project, [{ kind: 'tag', ids, tag: 'dark', on }], { reviewer: 'ana', run: null })
      sweepDropped(project)
      await setImmediate()
    }
    for (const on of [true, false]) await annotate(on)
    const prepare = vi.spyOn(review, 'prepare')
    for (const on of [true, false, true]) await annotate(on)
    expect(prepare.mock.calls.map(([sql]) => sql)).toEqual([])
  } finally {
    await project.close()
    rmSync(folder, { recursive: true })
  }
})
