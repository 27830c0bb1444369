import type { Comparison } from '@shared/filter'

/** A condition over `run_sample r`, with a `?` for every value. */
export interface SampleCondition {
  sql: string
  parameters: (string | number)[]
}

/** Operators of filters, as SQL writes them. */
export const COMPARISONS: Record<Comparison, string> = { '<': '<', '<=': '<=', '>': '>', '>=': '>=', '=': '=' }

export function anyOf(conditions: SampleCondition[]): SampleCondition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}
