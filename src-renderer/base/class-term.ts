import type { RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'

/**
 * A term of the filter language for a class, or any of some: by its name where filters find the class by it, else by its
 * number, since of two classes with one name only the first is found. `class` asks for the class of the label.
 */
export function classTerm({ definition }: RunInfo, field: 'class' | 'pred', ...classIndexes: number[]): string {
  const values = classIndexes.map((classIndex) => {
    const name = definition.labels[classIndex]
    const named = name !== undefined && definition.labels.indexOf(name) === classIndex
    return quoteFilterValue(named ? name : String(classIndex))
  })
  return `${field}:${values.join(',')}`
}

/** Terms that all have to hold; empty ones are left out. */
export function allOf(...terms: string[]): string {
  return terms.filter(Boolean).join(' ')
}
