/** Options that say how a dataset is read, for every command that reads one. */
import type { LabelMapping, LabelSource } from '@shared/api'
import { numberMapping } from '../datasets/match-numbers'
import type { OptionValues } from './command'
import { MATCHES } from './declarations/choices'
import * as option from './options'
import { usage } from './usage'

/** Where labels are taken from, what numbers count from, and whether labels may be matched by order. Throws 'usage'. */
export function datasetOptions(options: OptionValues): {
  labelSource?: LabelSource
  numbersFrom?: 0 | 1
  matchByOrder?: boolean
} {
  const source = option.text(options, 'label-source')
  const match = option.text(options, 'match')
  if (match !== undefined && !MATCHES.some((known) => known === match))
    throw usage(`--match takes ${MATCHES.join(', ')}; not "${match}".`)
  if (source === '') throw usage('--label-source takes a level of the path from 1, the name of a table, or none.')
  const level = source !== undefined && /^\d+$/.test(source) ? Number(source) : null
  if (level !== null && (level < 1 || level > 64)) throw usage(`--label-source counts levels from 1; not "${source}".`)
  return {
    ...(source !== undefined && { labelSource: level ?? source }),
    ...(match === 'from-0' && { numbersFrom: 0 as const }),
    ...(match === 'from-1' && { numbersFrom: 1 as const }),
    ...(match === 'order' && { matchByOrder: true }),
  }
}

/** What `--labels` matches by hand, with the numbers of `--match from-0` or `from-1` for whatever it leaves open. */
export function matchedLabels(
  options: OptionValues,
  classes: number,
  mapping: LabelMapping | undefined,
): LabelMapping | undefined {
  const match = option.text(options, 'match')
  if (match !== 'from-0' && match !== 'from-1') return mapping
  const given = new Set(mapping?.map(([label]) => label))
  const numbers = numberMapping(match === 'from-0' ? 0 : 1, classes)
  return [...(mapping ?? []), ...numbers.filter(([label]) => !given.has(label))]
}
