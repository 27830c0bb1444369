/** What the numbers of a detector or a segmentation stand for, where a classifier's need no words. */
import type { Detection, RunInfo, TargetPolicy } from '@shared/api'

/** What the percentages beside the classes are; null for a classifier. */
export function sharesMeaning({ model: { dense }, definition: { target } }: RunInfo): string | null {
  if (!dense) return null
  if (dense.kind === 'pixels') {
    return target.kind === 'truth'
      ? 'Shares of the places under the dataset’s mask where a class is the highest.'
      : 'Shares of the places of the picture where a class is the highest.'
  }
  return target.kind === 'query'
    ? `Probabilities at query ${target.query}.`
    : 'Probabilities of each class at its surest query.'
}

/** Where the class is explained, after its name; '' for a classifier. */
export function explainedPlace({ model: { dense } }: RunInfo, target: TargetPolicy, detection?: Detection): string {
  if (!dense) return ''
  if (dense.kind === 'pixels') {
    if (target.kind === 'region') return ' over the region that was drawn'
    return target.kind === 'truth' ? ' over the dataset’s mask' : ' over its own mask'
  }
  const query = target.kind === 'query' ? target.query : detection?.query
  return query === undefined ? ' at its surest query' : ` at query ${query}`
}

/** The prompts that a class was made of, after its name; '' where it was made of none. */
export function promptsOf({ definition: { classVectors, labels } }: RunInfo, classIndex: number): string {
  const own = classVectors?.prompts?.filter(({ name }) => name === labels[classIndex]) ?? []
  if (own.length === 0) return ''
  return ` (“${own[0]!.prompt}”${own.length > 1 ? ` and ${own.length - 1} more` : ''})`
}
