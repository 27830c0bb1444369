import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Project } from '../project/project'
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
