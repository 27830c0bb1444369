/** Terms of filters that no column answers: words, paths, metadata. They are asked of the rows. */
import type { FilterTerm, FilterValue } from '@shared/filter'
import type { RunInfo } from '@shared/api'
import type { ProjectFiles } from '../project/project-files'
import { foldCase, withoutCase } from './fold-case'
import { namesOf } from './name-codes'
import { anyOf, COMPARISONS, type SampleCondition } from './sample-condition'

/** Samples with one of these words in a path, or in a path, a label or the name of the label's class. */
export function wordCondition(
  project: ProjectFiles,
  run: RunInfo,
  field: 'path' | 'text',
  values: readonly FilterValue[],
): SampleCondition {
  return anyOf(values.map(({ text }) => (field === 'path' ? pathCondition(text) : textCondition(project, run, text))))
}

/** Samples whose metadata pass a term, not yet negated. */
export function metadataCondition(term: FilterTerm & { kind: 'metadata' | 'measure' }): SampleCondition {
  if (term.kind === 'measure') {
    return metadataThat(
      term.name,
      `m.type IN ('integer', 'real', 'text') AND ${METADATA_NUMBER} ${COMPARISONS[term.comparison]} ?`,
      term.value,
    )
  }
  return anyOf(
    term.values.map(({ text }) => {
      const wanted = foldCase(text)
      return metadataThat(term.name, `${withoutCase(METADATA_TEXT, wanted)} = ?`, wanted)
    }),
  )
}

/** Over the values of a sample's metadata: `m` is a row of json_each. */
const METADATA_TEXT = `CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(m.value AS TEXT) END`
/** Tables of text keep their numbers as text; other text is not a number and passes no comparison. */
const METADATA_NUMBER = `CASE WHEN m.type <> 'text' OR json_valid(m.value) THEN CAST(m.value AS REAL) END`

function metadataThat(name: string, condition: string, value: string | number): SampleCondition {
  return {
    sql: `EXISTS (SELECT 1 FROM sample s, json_each(s.metadata) m WHERE s.id = r.sample_id AND m.key = ? AND ${condition})`,
    parameters: [name, value],
  }
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

function withCode(column: 'dataset_label' | 'label', codes: readonly number[]): SampleCondition {
  return { sql: `r.${column} IN (SELECT value FROM json_each(?))`, parameters: [JSON.stringify(codes)] }
}
