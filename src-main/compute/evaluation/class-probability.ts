import type { ModelTask } from '@headlight/explain/report'
import { HeadlightError } from '@shared/errors'

/** Throws 'usage' for a model that gives a number: it has no classes, so there is no p and nothing is predicted. */
export function refuseNumber(fileName: string, task?: ModelTask): void {
  if (task !== 'regression') return
  throw new HeadlightError(
    'usage',
    `${fileName} gives a number and no classes, so there is no probability to measure maps or heads by.`,
  )
}

/** p of a class in double precision: its share of the softmax where classes exclude each other, else the sigmoid of its logit. */
export function classProbability(logits: Float32Array, classIndex: number, task: ModelTask): number {
  const own = logits[classIndex]!
  if (task !== 'single-label') return 1 / (1 + Math.exp(-own))
  return 1 / logits.reduce((sum, logit) => sum + Math.exp(logit - own), 0)
}

/** The class with the highest logit; of equal ones the lower. */
export function highestLogit(logits: Float32Array): number {
  let best = 0
  for (let at = 1; at < logits.length; at++) if (logits[at]! > logits[best]!) best = at
  return best
}
