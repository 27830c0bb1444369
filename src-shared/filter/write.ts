import { QUANTITY_NAMES, writeQuantity } from '../quantities'
import { FIELD_NAMES } from './parse'
import type { FilterTerm } from './terms'

/** First words of terms with a field. */
const RESERVED = new Set(['not', 'meta', 'head', 'conf', 'confidence', ...FIELD_NAMES, ...QUANTITY_NAMES])

/** A filter's text from its terms, the inverse of parseFilter; for facets and chips that edit a filter. */
export function writeFilter(terms: readonly FilterTerm[]): string {
  return terms.map((term) => (term.negated ? '-' : '') + writeTerm(term)).join(' ')
}

/** A value as it can stand after a colon, quoted where it has to be. */
export function quoteFilterValue(value: string): string {
  return value !== '' && !/[\s,"]/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`
}

/** Words that begin a term of another kind are quoted, so that they are searched for. */
function quoteFilterText(text: string): string {
  const isPlain = /^[\p{L}\p{N}_./]+$/u.test(text) && !RESERVED.has(text.toLowerCase())
  return isPlain ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}

function quoteName(name: string): string {
  return /[\s:<>=,"]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name
}

function writeTerm(term: FilterTerm): string {
  switch (term.kind) {
    case 'name': {
      if (term.field === 'text') return term.values.map(({ text }) => quoteFilterText(text)).join(',')
      const field = term.field === 'prediction' ? 'pred' : term.field
      return `${field}:${term.values.map((value) => quoteFilterValue(value.text)).join(',')}`
    }
    case 'metadata':
      return `meta.${quoteName(term.name)}:${term.values.map((value) => quoteFilterValue(value.text)).join(',')}`
    case 'measure':
      return `meta.${quoteName(term.name)}${term.comparison}${term.value}`
    case 'flag':
      return `${term.field}:${term.value}`
    case 'confidence':
      return `conf${term.comparison}${term.value}`
    case 'head':
      return `head(${term.layer},${term.head})${term.comparison}${term.value}`
    case 'quantity':
      return `${writeQuantity(term.quantity)}${term.comparison}${term.value}`
  }
}
