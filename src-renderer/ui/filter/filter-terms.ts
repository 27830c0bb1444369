/** Changing single terms of a filter, so that clicks on facets and the written text edit the same thing. */
import { ANNOTATION_FIELDS, FilterError, type FilterTerm, parseFilter, writeFilter } from '@shared/filter'

/** Terms that facets read and write; everything else in a filter is left alone, as is what it negates. */
export type NameField = 'label' | 'class' | 'split' | 'prediction' | 'tag' | 'verdict'
export type FlagField = 'correct' | 'error'

/** The error of a text that is not a filter, null for a good one. */
export function filterError(text: string): FilterError | null {
  try {
    parseFilter(text)
    return null
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
}

/** Whether a text is a filter that asks for more than words: such as are typed to find a command. */
export function isFilterWithFields(text: string): boolean {
  return filterError(text) === null && parseFilter(text).some((term) => term.kind !== 'name' || term.field !== 'text')
}

/** The names that a filter asks for: classes, tags or verdicts. */
export function chosenNames(filter: string, field: NameField): string[] {
  return terms(filter).flatMap((term) => (isName(term, field) ? term.values.map(({ text }) => text) : []))
}

/** The labels that a filter asks for, by the dataset's names or by those of classes. */
export function chosenLabels(filter: string): string[] {
  return [...chosenNames(filter, 'class'), ...chosenNames(filter, 'label')]
}

/** The label that a filter asks for where it is one. */
export function onlyLabel(filter: string): string | null {
  const [name = null, ...others] = chosenLabels(filter)
  return others.length === 0 ? name : null
}

/** The name that a filter asks for where it is one. */
export function onlyName(filter: string, field: NameField): string | null {
  const [name = null, ...others] = chosenNames(filter, field)
  return others.length === 0 ? name : null
}

/** The filter with one name added to those it asks for, or taken away. */
export function toggleName(filter: string, field: NameField, name: string): string {
  const chosen = chosenNames(filter, field)
  const next = chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name]
  const rest = terms(filter).filter((term) => !isName(term, field))
  if (next.length === 0) return writeFilter(rest)
  const values = next.map((text) => ({ text, span: NOWHERE }))
  return writeFilter([...rest, { kind: 'name', field, values, negated: false, span: NOWHERE }])
}

/** Whether a filter asks for correct (or unreadable) samples, for the others, or for neither. */
export function chosenFlag(filter: string, field: FlagField): boolean | null {
  const term = terms(filter).find((candidate) => isFlag(candidate, field))
  return term?.kind === 'flag' ? term.value : null
}

/** The filter with this flag, or without it where it was chosen already. */
export function toggleFlag(filter: string, field: FlagField, value: boolean): string {
  const rest = terms(filter).filter((term) => !isFlag(term, field))
  if (chosenFlag(filter, field) === value) return writeFilter(rest)
  return writeFilter([...rest, { kind: 'flag', field, value, negated: false, span: NOWHERE }])
}

/** The filter without its terms of these fields: what their facet counts. */
export function withoutFields(filter: string, fields: readonly (NameField | FlagField)[]): string {
  const rest = terms(filter).filter((term) => !fields.some((field) => isName(term, field) || isFlag(term, field)))
  return writeFilter(rest)
}

/** The filter without what it asks of annotations, which change while samples are reviewed. */
export function withoutAnnotations(filter: string): string {
  return writeFilter(terms(filter).filter((term) => !('field' in term && ANNOTATION_FIELDS.has(term.field))))
}

const NOWHERE = { start: 0, end: 0 }

const isName = (term: FilterTerm, field: string): term is FilterTerm & { kind: 'name' } =>
  term.kind === 'name' && term.field === field && !term.negated

const isFlag = (term: FilterTerm, field: string) => term.kind === 'flag' && term.field === field && !term.negated

/** None for a text that cannot be read: a facet then starts a new filter. */
function terms(filter: string): FilterTerm[] {
  return filterError(filter) ? [] : parseFilter(filter)
}
