import type { ModelTask } from '@headlight/explain/report'

/** Logits as probabilities: a softmax where classes exclude each other, else the sigmoid of each. */
export function probabilities(logits: Float32Array, task: ModelTask): Float32Array {
  if (task !== 'single-label') return logits.map((logit) => 1 / (1 + Math.exp(-logit)))
  const largest = logits.reduce((maximum, logit) => Math.max(maximum, logit), -Infinity)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0)
  return logits.map((logit) => Math.exp(logit - largest) / sum)
}

/** Classes by a value of each, the highest first; of equal ones the lower class. One that means "no object" is left out. */
export function classOrder(values: Float32Array, noObject?: number): number[] {
  return [...values.keys()].filter((at) => at !== noObject).sort((a, b) => values[b]! - values[a]! || a - b)
}
