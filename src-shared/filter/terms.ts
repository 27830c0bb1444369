import { HeadlightError } from '../errors'
import type { QuantityReference } from '../quantities'

/** A stretch of the filter's text, in UTF-16 units. */
export interface Span {
  start: number
  end: number
}

export interface FilterValue {
  text: string
  span: Span
}

export type Comparison = '<' | '<=' | '>' | '>=' | '='

/** `label` is the dataset's own label, and a class where no label has the name; `class` is the class that it means. */
/** `text` is a word without a field: paths, and names of labels and their classes. */
export type NameField =
  'text' | 'label' | 'class' | 'split' | 'prediction' | 'tag' | 'verdict' | 'note' | 'reviewer' | 'path'
export type FlagField = 'correct' | 'error' | 'annotated' | 'region' | 'conflict'

/** Fields of what reviewers say about samples. */
export const ANNOTATION_FIELDS: ReadonlySet<string> = new Set<NameField | FlagField>([
  'tag',
  'verdict',
  'note',
  'reviewer',
  'annotated',
  'region',
  'conflict',
])

/** One term of a filter; a filter is the conjunction of its terms. */
export type FilterTerm = { negated: boolean; span: Span } & (
  | { kind: 'name'; field: NameField; values: FilterValue[] }
  /** Of a manifest's other columns: equal to one of the values, as text. */
  | { kind: 'metadata'; name: string; values: FilterValue[] }
  | { kind: 'measure'; name: string; comparison: Comparison; value: number }
  | { kind: 'flag'; field: FlagField; value: boolean }
  | { kind: 'confidence'; comparison: Comparison; value: number }
  | { kind: 'head'; layer: number; head: number; comparison: Comparison; value: number }
  | { kind: 'quantity'; quantity: QuantityReference; comparison: Comparison; value: number }
)

/** A filter that cannot be understood: where, and one sentence that says what to write instead. */
export class FilterError extends HeadlightError {
  readonly span: Span
  constructor(sentence: string, span: Span) {
    super('usage', `Filter, character ${span.start + 1}: ${sentence}`)
    this.name = 'FilterError'
    this.span = span
  }
}
