/** What was assumed or passed over on the way to a run's numbers, in sentences: it is said wherever they stand. */
import type { RunDefinition, RunInfo } from './api'
import { preprocessingSteps } from './preprocessing-steps'

/** Of the model, and of the configuration that says how its pictures are prepared. The steps tell their own assumptions. */
export function runNotes({ definition, model }: Pick<RunInfo, 'definition' | 'model'>): string[] {
  return [...(definition.preprocessingWarnings ?? []), ...(model.notes ?? [])]
}

/** Everything that was assumed in preparing pictures, for where the steps are not listed. */
export function preprocessingNotes({ preprocessing, preprocessingWarnings = [] }: RunDefinition): string[] {
  const steps = preprocessingSteps(preprocessing)
  return [
    ...preprocessingWarnings,
    ...steps.flatMap((step) => (step.assumed ? [`Assumed of the step ${step.do}: ${step.assumed}.`] : [])),
  ]
}
