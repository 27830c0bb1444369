/** How the masks of a run are read: found when it begins, and kept with it. */
import type { RunDefinition } from '@shared/api'
import { FORMER_RULE, type MaskRule, ruleText } from '@shared/masks'
import type { DatasetMasks } from '../../datasets/mask/dataset-masks'
import type { Project } from '../project/project'
import type { ProjectFiles } from '../project/project-files'
import { keepInDefinition } from './run-records'

/** Keeps the rule with a run that has none yet. One that has results against masks was read as former versions did. */
export function keepMaskRule(
  project: Project,
  runId: number,
  { maskRule }: RunDefinition,
  found: MaskRule | null,
): void {
  if (maskRule || (found === null && !hasLocalisation(project, runId))) return
  const rule = hasLocalisation(project, runId) ? FORMER_RULE : found
  keepInDefinition(project, runId, 'maskRule', rule)
}

/** What is assumed of a run's masks: as was found now, or by the rule that the run began with, where that is another. */
export function masksAssumed(masks: DatasetMasks | null, kept: MaskRule | undefined): string[] {
  if (masks === null || masks.rule === null) return masks?.assumed ?? []
  if (kept === undefined || JSON.stringify(kept) === JSON.stringify(masks.rule)) return masks.assumed
  return [`Masks are read as when the run began: ${ruleText(kept)}.`]
}

/** The rule by which a run's masks are read; that of former versions where none was kept. */
export function maskRuleOf({ maskRule }: RunDefinition): MaskRule {
  return maskRule ?? FORMER_RULE
}

function hasLocalisation(project: ProjectFiles, runId: number): boolean {
  return project.cache.prepare(`SELECT 1 FROM localisation WHERE run_id = ? LIMIT 1`).get(runId) !== undefined
}
