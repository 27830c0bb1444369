import type { RunInfo } from '@shared/api'
import { FilterError, type FilterValue } from '@shared/filter'
import { labelMatcher, looseName } from '../../datasets/label-match'
import type { ProjectFiles } from '../project/project-files'
import { namesOf } from './name-codes'

/** What a value of `label:` means: labels of the dataset by their codes, or a class of the model. */
export type NamedLabel = { codes: number[] } | { classIndex: number }

/**
 * The labels of a run's dataset that a value names: the one of exactly this name, else those that differ from it in case and
 * punctuation only, else a class. Throws FilterError where neither dataset nor model have it.
 */
export function namedLabel({ review, cache }: ProjectFiles, run: RunInfo, value: FilterValue): NamedLabel {
  const labels = review.prepare<[number], string>(`SELECT folder FROM run_label WHERE run_id = ?`).pluck().all(run.id)
  const named = labels.includes(value.text) ? [value.text] : looselyNamed(labels, value.text)
  if (named.length === 0) return { classIndex: namedClass(run, value, 'label') }
  const code = cache.prepare<[string], number>(`SELECT id FROM label_name WHERE name = ?`).pluck()
  return { codes: named.flatMap((name) => code.get(name) ?? []) }
}

/** The codes of the splits that a value names, exactly, or in other case or punctuation. Throws FilterError. */
export function namedSplits({ cache }: ProjectFiles, value: FilterValue): number[] {
  const splits = [...namesOf(cache, 'split_name')].sort(([, a], [, b]) => (a < b ? -1 : 1))
  const names = splits.map(([, name]) => name)
  const named = names.includes(value.text) ? [value.text] : looselyNamed(names, value.text)
  if (named.length === 0) {
    const known = names.length === 0 ? 'the dataset has no splits' : `the splits are ${names.join(', ')}`
    throw new FilterError(`there is no split ${value.text}; ${known}.`, value.span)
  }
  return splits.flatMap(([code, name]) => (named.includes(name) ? [code] : []))
}

/** The class of a name, or of a number where no class has it for a name. Throws FilterError. */
export function namedClass(run: RunInfo, value: FilterValue, asked: 'class' | 'label' = 'class'): number {
  const named = labelMatcher(run.definition.labels)(value.text)
  if (named !== null) return named
  const index = /^\d+$/.test(value.text) ? Number(value.text) : Infinity
  if (index < run.model.classes) return index
  const sentence =
    asked === 'class'
      ? `the model has no class ${value.text}; use one of its class names or numbers.`
      : `the dataset has no label ${value.text}, and the model has no class ${value.text}; use a label, a class name or a class number.`
  throw new FilterError(sentence, value.span)
}

function looselyNamed(names: readonly string[], text: string): string[] {
  const wanted = looseName(text)
  return wanted === '' ? [] : names.filter((name) => looseName(name) === wanted)
}
