import type { LabelsFrom } from './api'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth']

/** "Labels: second level of the path, for example `train/n01440764/..`". */
export function labelsSentence(labelsFrom: LabelsFrom | null): string {
  if (labelsFrom === null) return 'Labels: none'
  const { from, level, example } = labelsFrom
  if (level === null) return `Labels: ${from}`
  const ordinal = ORDINALS[level - 1] ?? `${level}th`
  const shown = example ? `, for example \`${example}\`` : ''
  const also = from.replace(/^folder level \d+/, '')
  return `Labels: ${ordinal} level of the path${shown}${also}`
}
