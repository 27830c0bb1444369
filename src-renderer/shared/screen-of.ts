import type { ProjectInfo } from '@shared/api'
import { lastView } from '../api/view-queries'
import { links } from '../base/links'

/** Where an opened project begins: its gallery as it was left, else that of its last run, or the form of its first. */
export async function screenOf(project: ProjectInfo): Promise<string> {
  const left = await lastView()
  if (left && project.runs.some(({ id }) => left.startsWith(links.ofRun(id, '/')))) return left
  const run = project.runs.at(-1)
  return run ? links.gallery(run.id) : links.newRun
}
