/** What reproduces the numbers of a report, in words. */
import type { RunInfo } from '@shared/api'
import { headsInWords } from '@headlight/explain/report'
import { METHODS } from '@headlight/explain/methods'
import { preprocessingSteps, stepInWords } from '@shared/preprocessing-steps'
import { runNotes } from '@shared/run-notes'
import { targetName } from '@shared/targets'
import { isNumber, percent } from './numbers'

const patchesText = ({ noMaps, grid }: RunInfo['model']) =>
  noMaps === undefined ? `${grid.join(' × ')} patches` : 'without maps'

/** Terms and what stands for them. */
export function runFacts(run: RunInfo): [term: string, value: string][] {
  const { definition, model, provider, certificate, name, createdAt, state } = run
  return [
    ['Model', `${model.fileName}: ${headsInWords(model)}, ${patchesText(model)}`],
    ['SHA-256', model.hash],
    ['Dataset', definition.dataPath],
    ['Run', `${name}, ${state}, begun ${createdAt.slice(0, 10)}`],
    [isNumber(run) ? 'Explained number' : 'Explained class', targetName(definition.target, definition.labels)],
    ...promptFacts(definition),
    ['Methods', definition.methods.map((method) => METHODS[method].name).join(', ') || 'head scores alone'],
    ['Settings', settingsText(definition.settings)],
    ['Preprocessing', preprocessingText(definition.preprocessing)],
    ...runNotes(run).map((note): [string, string] => ['Note', note]),
    ['Computed on', `${provider ?? definition.provider}, ${definition.precision}`],
    ['Certificate', certificateText(certificate)],
  ]
}

function preprocessingText(preprocessing: RunInfo['definition']['preprocessing']): string {
  return `${preprocessing.source}: ${preprocessingSteps(preprocessing).map(stepInWords).join('; ')}`
}

function settingsText({ gmar, rollout }: RunInfo['definition']['settings']): string {
  const over = gmar.scope === 'layer' ? 'the heads of each layer' : 'all heads'
  const from = gmar.firstLayer === 0 ? '' : `, from layer ${gmar.firstLayer}`
  const discarded = rollout.discard === 0 ? '' : `, the lowest ${percent(rollout.discard)} discarded`
  return `GMAR alpha ${gmar.alpha}, weights over ${over}${from}; rollout of the ${rollout.fusion} over heads${discarded}`
}

function certificateText(certificate: RunInfo['certificate']): string {
  if (certificate === null) return 'None was made.'
  const { passed, logitError, rowSumError, gradientError, precision, failures, notes = [] } = certificate
  const errors = [
    `logits ${logitError.toExponential(1)}`,
    `softmax rows ${rowSumError.toExponential(1)}`,
    `gradients against finite differences in ${precision} ${gradientError.toExponential(1)}`,
  ]
  const outcome = passed ? 'Passed' : `Failed: ${failures.join(' ')}`
  return [`${outcome} (largest errors: ${errors.join(', ')})`, ...notes].join('; ')
}

/** The texts that pictures were compared with. */
function promptFacts({ classVectors }: RunInfo['definition']): [string, string][] {
  const prompts = classVectors?.prompts ?? []
  if (prompts.length === 0) return []
  const names = [...new Set(prompts.map(({ name }) => name))]
  const ofClass = (wanted: string) =>
    prompts.flatMap(({ name, prompt }) => (name === wanted ? [`“${prompt}”`] : [])).join(', ')
  return [['Prompts', names.map((name) => `${name}: ${ofClass(name)}`).join('; ')]]
}
