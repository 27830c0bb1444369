/** How the masks of a run are read: found when it begins, and kept with it. */
import type { RunDefinition } from '@shared/api'
import { FORMER_RULE, type MaskRule } from '@shared/masks'
import type { Project, ProjectFiles } from '../project/project'

/** Keeps the rule with a run that has none yet. One that has results against masks was read as former versions did. */
export function keepMaskRule(
  project: Project,
  runId: number,
  { maskRule }: RunDefinition,
  found: MaskRule | null,
): void {
  if (maskRule || (found === null && !hasLocalisation(project, runId))) return
  const rule = hasLocalisation(project, runId) ? FORMER_RULE : found
  project.review
    .prepare(`UPDATE run SET definition = json_set(definition, '$.maskRule', json(?)) WHERE id = ?`)
    .run(JSON.stringify(rule), runId)
}

/** The rule by which a run's masks are read; that of former versions where none was kept. */
export function maskRuleOf({ maskRule }: RunDefinition): MaskRule {
  return maskRule ?? FORMER_RULE
}

function hasLocalisation(project: ProjectFiles, runId: number): boolean {
  return project.cache.prepare(`SELECT 1 FROM localisation WHERE run_id = ? LIMIT 1`).get(runId) !== undefined
}
