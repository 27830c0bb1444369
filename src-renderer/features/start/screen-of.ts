import type { ProjectInfo } from '@shared/api'
import { links } from '../../app/links'

/** Where an opened project begins: the gallery of its last run, or the form of its first. */
export function screenOf(project: ProjectInfo): string {
  const run = project.runs.at(-1)
  return run ? links.gallery(run.id) : links.newRun
}
