import type { RunInfo } from '@shared/api'
import { hasHead, headsInWords } from '@headlight/explain/report'
import {
  FilterError,
  parseFilter,
  type Comparison,
  type FilterTerm,
  type FilterValue,
  type NameField,
  type Span,
} from '@shared/filter'
import { samplesThat, samplesWith } from '../annotations/annotated-samples'
import type { ProjectFiles } from '../project/project'
import { foldCase, withoutCase } from './fold-case'
import { namesOf } from './name-codes'
import { namedClass, namedLabel, namedSplits } from './named-labels'

/** A condition over `run_sample r`, with a `?` for every value. */
export interface SampleCondition {
  sql: string
  parameters: (string | number)[]
}

const COMPARISONS: Record<Comparison, string> = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '=': '=' }

/**
 * Compiles a filter for the samples of a run, `r` being its rows of run_sample. Names and numbers of the filter only
 * ever become parameters. Throws FilterError, also for a class or a head that the model does not have.
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
export function compileTerm(project: ProjectFiles, run: RunInfo, term: FilterTerm): SampleCondition {
  switch (term.kind) {
    case 'flag':
      if (term.field === 'error') return { sql: `(r.state = 2) = ?`, parameters: [Number(term.value)] }
      if (term.field === 'correct') return { sql: `r.correct = ?`, parameters: [Number(term.value)] }
      return among(samplesThat(project, term.field), term.value)
    case 'confidence':
      return { sql: `r.confidence ${COMPARISONS[term.comparison]} ?`, parameters: [term.value] }
    case 'head':
      return headCondition(run, term)
    case 'metadata':
      return anyOf(
        term.values.map(({ text }) => {
          const wanted = foldCase(text)
          return metadataCondition(term.name, `${withoutCase(METADATA_TEXT, wanted)} = ?`, wanted)
        }),
      )
    case 'measure':
      return metadataCondition(
        term.name,
        `m.type IN ('integer', 'real', 'text') AND ${METADATA_NUMBER} ${COMPARISONS[term.comparison]} ?`,
        term.value,
      )
    case 'name':
      return anyOf(term.values.map((value) => nameCondition(project, run, term.field, value)))
  }
}

/** Over the values of a sample's metadata: `m` is a row of json_each. */
const METADATA_TEXT = `CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(m.value AS TEXT) END`
/** Tables of text keep their numbers as text; other text is no number, and passes no comparison. */
const METADATA_NUMBER = `CASE WHEN m.type <> 'text' OR json_valid(m.value) THEN CAST(m.value AS REAL) END`

function metadataCondition(name: string, condition: string, value: string | number): SampleCondition {
  return {
    sql: `EXISTS (SELECT 1 FROM sample s, json_each(s.metadata) m WHERE s.id = r.sample_id AND m.key = ? AND ${condition})`,
    parameters: [name, value],
  }
}

/** Throws FilterError for a head that the model does not have. */
export function checkHead(run: RunInfo, term: { layer: number; head: number; span: Span }): void {
  const { model } = run
  if (hasHead(model, term.layer, term.head)) return
  const known = model.layerHeads
    ? `has ${headsInWords(model)}, counted from 0`
    : `has layers 0 to ${model.layers - 1} and heads 0 to ${model.heads - 1}`
  throw new FilterError(`the model ${known}, not head(${term.layer},${term.head}).`, term.span)
}

/** A word without a field: in the path, in the dataset's own label, or in the name of the label's class. */
function textCondition({ cache }: ProjectFiles, run: RunInfo, text: string): SampleCondition {
  const wanted = foldCase(text)
  const fits = (name: string) => foldCase(name).includes(wanted)
  const codes = [...namesOf(cache, 'label_name')].flatMap(([code, name]) => (fits(name) ? [code] : []))
  const classes = run.definition.labels.flatMap((name, index) => (fits(name) ? [index] : []))
  return anyOf([pathCondition(text), withCode('dataset_label', codes), withCode('label', classes)])
}

function pathCondition(text: string): SampleCondition {
  const wanted = foldCase(text)
  return {
    sql: `r.sample_id IN (SELECT s.id FROM sample s WHERE instr(${withoutCase('s.path', wanted)}, ?) > 0)`,
    parameters: [wanted],
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

function nameCondition(project: ProjectFiles, run: RunInfo, field: NameField, value: FilterValue): SampleCondition {
  switch (field) {
    case 'text':
      return textCondition(project, run, value.text)
    case 'path':
      return pathCondition(value.text)
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

function anyOf(conditions: SampleCondition[]): SampleCondition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}
