import { HeadlightError } from '@shared/errors'
import {
  type Comparison,
  FilterError,
  type FilterTerm,
  type FilterValue,
  type NameField,
  parseFilter,
} from '@shared/filter'
import { samplesThat, samplesWith } from '../annotations/annotated-samples'
import { compareHead } from '../columns/head-column'
import type { RunColumns } from '../columns/run-columns'
import type { FilterContext } from './filter-context'
import { quantityColumn } from '../quantities/quantity-column'
import { namedClass, namedLabel, namedSplits } from '../samples/named-labels'
import { metadataCondition, wordCondition } from '../samples/asked-terms'
import type { SampleCondition } from '../samples/sample-condition'
import { checkHead } from '../samples/check-head'

/**
 * Which samples pass a filter: 1 or 0 by index of the columns, null for all. "Not" includes the
 * samples of which nothing is known: a pending sample is not correct. What columns know is read from them, annotations are a
 * list of ids, the rest is asked of the databases. Throws FilterError, also for a class or a head that the model does not have.
 */
export function filterMask(context: FilterContext, filter: string): Uint8Array | null {
  let mask: Uint8Array | null = null
  for (const term of parseFilter(filter)) {
    const passed = termMask(context, term)
    const wanted = term.negated ? 0 : 1
    if (mask === null) {
      mask = term.negated ? passed.map((pass) => 1 - pass) : passed
      continue
    }
    for (let i = 0; i < mask.length; i++) if (passed[i] !== wanted) mask[i] = 0
  }
  return mask
}

function termMask(context: FilterContext, term: FilterTerm): Uint8Array {
  const { files, run, columns, stop } = context
  switch (term.kind) {
    case 'flag':
      if (term.field === 'error') return where(columns.state, (state) => (state === 2) === term.value)
      if (term.field === 'correct') return where(columns.correct, (correct) => correct === Number(term.value))
      return annotatedMask(columns, samplesThat(files, term.field), term.value)
    case 'confidence':
      return comparedMask(columns.confidence, term)
    case 'head':
      checkHead(run, term)
      return compareHead(files.cache, run, columns, term, stop)
    case 'quantity':
      return comparedMask(quantityValues(context, term), term)
    case 'metadata':
    case 'measure':
      return askedMask(context, metadataCondition(term))
    case 'name': {
      const { field } = term
      if (field === 'path' || field === 'text') return askedMask(context, wordCondition(files, run, field, term.values))
      if (isLabelField(field)) return labelMask(context, field, term.values)
      return annotatedMask(
        columns,
        term.values.flatMap(({ text }) => samplesWith(files, field, text)),
      )
    }
  }
}

type LabelField = 'label' | 'class' | 'split' | 'prediction'

function isLabelField(field: NameField): field is LabelField {
  return field === 'label' || field === 'class' || field === 'split' || field === 'prediction'
}

/** Samples that have one of the labels, classes, splits or predictions. */
function labelMask({ files, run, columns }: FilterContext, field: LabelField, values: FilterValue[]): Uint8Array {
  if (field === 'split') return among(columns.split, new Set(values.flatMap((value) => namedSplits(files, value))))
  if (field !== 'label') {
    const classes = new Set(values.map((value) => namedClass(run, value)))
    return among(field === 'class' ? columns.label : columns.prediction, classes)
  }
  const named = values.map((value) => namedLabel(files, run, value))
  const codes = new Set(named.flatMap((each) => ('codes' in each ? each.codes : [])))
  const classes = new Set(named.flatMap((each) => ('classIndex' in each ? [each.classIndex] : [])))
  const { datasetLabel, label } = columns
  const mask = among(datasetLabel, codes)
  if (classes.size > 0) for (let i = 0; i < mask.length; i++) if (classes.has(label[i]!)) mask[i] = 1
  return mask
}

function among(values: Int32Array | Int16Array, wanted: ReadonlySet<number>): Uint8Array {
  return where(values, (value) => wanted.has(value))
}

function where(
  values: Int32Array | Int16Array | Int8Array | Uint8Array,
  passes: (value: number) => boolean,
): Uint8Array {
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < mask.length; i++) mask[i] = Number(passes(values[i]!))
  return mask
}

function quantityValues(context: FilterContext, { quantity, span }: FilterTerm & { kind: 'quantity' }): Float32Array {
  try {
    return quantityColumn(context, quantity, context.columns.ids)
  } catch (error) {
    // Said with its place in the filter.
    if (error instanceof HeadlightError && error.code === 'usage') throw new FilterError(error.message, span)
    throw error
  }
}

/** NaN, which stands for no value, passes no comparison. */
function comparedMask(
  values: Float32Array,
  { comparison, value }: { comparison: Comparison; value: number },
): Uint8Array {
  const mask = new Uint8Array(values.length)
  for (let i = 0; i < mask.length; i++) {
    const own = values[i]!
    const equal = comparison.endsWith('=') && own === value
    const beyond = comparison.startsWith('>') ? own > value : comparison.startsWith('<') && own < value
    mask[i] = Number(equal || beyond)
  }
  return mask
}

/** 1 for these samples, or for all others. */
function annotatedMask(columns: RunColumns, ids: readonly number[], wanted = true): Uint8Array {
  const mask = new Uint8Array(columns.ids.length).fill(wanted ? 0 : 1)
  for (const id of ids) {
    const index = columns.indexOf(id)
    if (index >= 0) mask[index] = wanted ? 1 : 0
  }
  return mask
}

/** What only the databases know: paths, metadata. */
function askedMask({ files, run, columns }: FilterContext, { sql, parameters }: SampleCondition): Uint8Array {
  const ids = files.cache
    .prepare<(string | number)[], number>(`SELECT r.sample_id FROM run_sample r WHERE r.run_id = ? AND (${sql})`)
    .pluck()
    .iterate(run.id, ...parameters)
  const mask = new Uint8Array(columns.ids.length)
  for (const id of ids) {
    const index = columns.indexOf(id)
    if (index >= 0) mask[index] = 1
  }
  return mask
}
