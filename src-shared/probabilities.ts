import type { ModelTask } from '@headlight/explain/report'

/** The class that the number of a regression is; class 0 is its negative. */
export const VALUE = 1

/** Logits as probabilities: a softmax where classes exclude each other, else the sigmoid of each; the numbers themselves of a regression. */
export function probabilities(logits: Float32Array, task: ModelTask): Float32Array {
  if (task === 'regression') return logits.slice()
  if (task !== 'single-label') return logits.map((logit) => 1 / (1 + Math.exp(-logit)))
  const largest = logits.reduce((maximum, logit) => Math.max(maximum, logit), -Infinity)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0)
  return logits.map((logit) => Math.exp(logit - largest) / sum)
}

/** Classes by a value of each, the highest first; of equal ones the lower class. One that means "no object" is left out. The number of a regression comes before its negative. */
export function classOrder(values: Float32Array, noObject?: number, task?: ModelTask): number[] {
  if (task === 'regression') return [VALUE, 0]
  return [...values.keys()].filter((at) => at !== noObject).sort((a, b) => values[b]! - values[a]! || a - b)
}
