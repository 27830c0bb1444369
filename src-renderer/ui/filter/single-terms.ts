/** A filter term by term: what chips show and change. Only for texts that are filters. */
import { parseFilter, writeFilter } from '@shared/filter'

export function splitFilter(filter: string): { text: string; negated: boolean }[] {
  return parseFilter(filter).map((term) => ({ text: writeFilter([term]), negated: term.negated }))
}

export function withoutTerm(filter: string, index: number): string {
  return writeFilter(parseFilter(filter).filter((_, at) => at !== index))
}

export function negateTerm(filter: string, index: number): string {
  return writeFilter(parseFilter(filter).map((term, at) => (at === index ? { ...term, negated: !term.negated } : term)))
}
