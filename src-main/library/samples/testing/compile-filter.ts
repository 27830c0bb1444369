import type { RunInfo } from '@shared/api'
import { parseFilter, type FilterTerm, type FilterValue, type NameField } from '@shared/filter'
import { samplesThat, samplesWith } from '../../annotations/annotated-samples'
import type { ProjectFiles } from '../../project/project-files'
import { metadataCondition, wordCondition } from '../asked-terms'
import { checkHead } from '../check-head'
import { namedClass, namedLabel, namedSplits } from '../named-labels'
import { anyOf, COMPARISONS, type SampleCondition } from '../sample-condition'

/**
 * Filters in another way, for tests to compare masks with: one SQL condition for the samples of a run, `r` being its rows of
 * run_sample. The database has to know `registerHeadWeight`. Throws FilterError, also for a class or a head that the model does not have.
 */
export function compileFilter(project: ProjectFiles, run: RunInfo, filter: string): SampleCondition {
  const conditions = parseFilter(filter).map((term) => negate(term, compileTerm(project, run, term)))
  return {
    sql: ['r.run_id = ?', ...conditions.map(({ sql }) => `(${sql})`)].join(' AND '),
    parameters: [run.id, ...conditions.flatMap(({ parameters }) => parameters)],
  }
}

/** "Not" includes the samples of which nothing is known: a pending sample is not correct. */
function negate({ negated }: FilterTerm, { sql, parameters }: SampleCondition): SampleCondition {
  return negated ? { sql: `NOT coalesce(${sql}, 0)`, parameters } : { sql, parameters }
}

/** The condition of one term, not yet negated. */
function compileTerm(project: ProjectFiles, run: RunInfo, term: FilterTerm): SampleCondition {
  switch (term.kind) {
    case 'flag':
      if (term.field === 'error') return { sql: `(r.state = 2) = ?`, parameters: [Number(term.value)] }
      if (term.field === 'correct') return { sql: `r.correct = ?`, parameters: [Number(term.value)] }
      return among(samplesThat(project, term.field), term.value)
    case 'confidence':
      return { sql: `r.confidence ${COMPARISONS[term.comparison]} ?`, parameters: [term.value] }
    case 'head':
      return headCondition(run, term)
    case 'quantity':
      return quantityCondition(run, term)
    case 'metadata':
    case 'measure':
      return metadataCondition(term)
    case 'name':
      return anyOf(term.values.map((value) => nameCondition(project, run, term.field, value)))
  }
}

function headCondition(run: RunInfo, term: FilterTerm & { kind: 'head' }): SampleCondition {
  checkHead(run, term)
  return {
    sql: `(SELECT head_weight(coalesce(h.head_l1, h.head_l2), ?, ?, ?, ?) FROM result h
           WHERE h.run_id = r.run_id AND h.sample_id = r.sample_id) ${COMPARISONS[term.comparison]} ?`,
    parameters: [run.model.heads, JSON.stringify(run.model.layerHeads ?? null), term.layer, term.head, term.value],
  }
}

/** Of heads: those of maps lie in blocks, which SQL does not look into. */
function quantityCondition(
  { model }: RunInfo,
  { quantity, comparison, value }: FilterTerm & { kind: 'quantity' },
): SampleCondition {
  if ('map' in quantity) throw new Error(`There is no condition for ${quantity.quantity}.`)
  return {
    sql: `(SELECT float_at(v.numbers, ?) FROM vector_value v JOIN vector k ON k.id = v.vector_id
           WHERE k.run_id = r.run_id AND k.name = ? AND v.sample_id = r.sample_id) ${COMPARISONS[comparison]} ?`,
    parameters: [quantity.layer * model.heads + quantity.head, quantity.quantity, value],
  }
}

function nameCondition(project: ProjectFiles, run: RunInfo, field: NameField, value: FilterValue): SampleCondition {
  switch (field) {
    case 'text':
    case 'path':
      return wordCondition(project, run, field, [value])
    case 'tag':
    case 'verdict':
    case 'note':
    case 'reviewer':
      return among(samplesWith(project, field, value.text))
    case 'prediction':
      return { sql: `r.prediction = ?`, parameters: [namedClass(run, value)] }
    case 'class':
      return { sql: `r.label = ?`, parameters: [namedClass(run, value)] }
    case 'label': {
      const named = namedLabel(project, run, value)
      if ('classIndex' in named) return { sql: `r.label = ?`, parameters: [named.classIndex] }
      return withCode('dataset_label', named.codes)
    }
    case 'split':
      return withCode('split', namedSplits(project, value))
  }
}

function withCode(column: 'dataset_label' | 'label' | 'split', codes: readonly number[]): SampleCondition {
  return { sql: `r.${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(codes)] }
}

/** Annotations lie in another file than results: their samples come as a list. */
function among(ids: readonly number[], wanted = true): SampleCondition {
  return {
    sql: `r.sample_id ${wanted ? 'IN' : 'NOT IN'} (SELECT value FROM json_each(?))`,
    parameters: [JSON.stringify(ids)],
  }
}
