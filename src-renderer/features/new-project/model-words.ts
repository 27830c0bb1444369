/** Facts of a model as sentences. */
import type { ModelFiles } from '@shared/api'
import type { ModelReport, ModelTask } from '@headlight/explain/report'

/** The tokens that the logits are read from, in words. */
export function readoutText({ readoutRows, prefixTokens, suffixTokens = 0, tokens, dense }: ModelReport): string {
  if (dense) return dense.kind === 'queries' ? 'token of the query' : 'tokens of the mask'
  const [first] = readoutRows
  if (readoutRows.length === 1 && first === 0 && prefixTokens > 0) return 'class token'
  if (readoutRows.length === tokens - prefixTokens - suffixTokens && first === prefixTokens)
    return 'mean of all patches'
  if (readoutRows.length > 6) return `mean of ${readoutRows.length} tokens`
  return `mean of tokens ${readoutRows.join(', ')}`
}

export const TASK_NAMES: Record<ModelTask, string> = {
  'single-label': 'One class an image (softmax)',
  'multi-label': 'Every class by itself (sigmoid)',
  binary: 'Yes or no (one logit)',
  regression: 'A number (regression, cosine)',
}

/** What a user can say of the logits, where the graph leaves it open; one alone where it does not. */
export function openTasks({ task, ending, dense }: ModelReport): ModelTask[] {
  if (ending !== 'none' || dense) return [task]
  return task === 'binary' || task === 'regression' ? ['binary', 'regression'] : ['single-label', 'multi-label']
}

/** Why the logits were taken for what they were taken for. */
export function taskReason({
  task,
  ending,
  classVectors,
  dense,
  taskSource,
}: ModelReport & Pick<ModelFiles, 'taskSource'>): string {
  if (dense?.kind === 'pixels') return 'Probabilities are shares of the places where a class is the highest.'
  if (dense) return 'Probabilities are those of a query, as the notes of the model say.'
  if (task === 'regression') return `One number an image, as ${taskSource} says; no probabilities, no accuracy.`
  if (task === 'binary') return 'The model has a single value: a logit of class 1 against class 0, or a number.'
  if (ending !== 'none') return `The file ends in a ${ending}; the logits before it are explained.`
  if (classVectors) return "Class vectors do not say it; a softmax is usual, SigLIP's classes are sigmoids."
  if (taskSource !== 'the graph') return `${taskSource} says so.`
  return 'The file ends in logits and does not say it; a softmax is usual.'
}

/** The folder of a file, for paths of either kind. */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return end > 0 ? path.slice(0, end) : path
}
