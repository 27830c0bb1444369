/** Assumptions behind a run's numbers and what was skipped, in sentences, shown wherever the numbers are. */
import type { RunDefinition, RunInfo } from './api'
import { ruleText } from './masks'
import { preprocessingSteps } from './preprocessing-steps'

/** Of the dataset, its labels and masks, of the model, and of the configuration that says how its pictures are prepared. The steps tell their own assumptions. */
export function runNotes({ definition, model }: Pick<RunInfo, 'definition' | 'model'>): string[] {
  const noMaps = model.noMaps === undefined ? [] : [`Head scores and no maps: ${model.noMaps}`]
  return [...datasetNotes(definition), ...(definition.preprocessingWarnings ?? []), ...noMaps, ...(model.notes ?? [])]
}

/** Former versions kept how masks are read, and nothing else. */
function datasetNotes({ datasetNotes: kept, maskRule }: RunDefinition): string[] {
  return kept ?? (maskRule ? [`Masks are read as: ${ruleText(maskRule)}.`] : [])
}

/** Everything that was assumed in preparing pictures, for where the steps are not listed. */
export function preprocessingNotes({ preprocessing, preprocessingWarnings = [] }: RunDefinition): string[] {
  const steps = preprocessingSteps(preprocessing)
  return [
    ...preprocessingWarnings,
    ...steps.flatMap((step) => (step.assumed ? [`Assumed of the step ${step.do}: ${step.assumed}.`] : [])),
  ]
}
