/** What a list of samples can be sorted by. */
import { z } from 'zod'

/**
 * Keys that every run has. 'label' goes by the class of the label, 'dataset_label' by its name in the dataset. 'error' puts samples first that could not be computed; 'annotated' goes by when a sample was
 * last annotated.
 */
export const SORT_KEYS = [
  'path',
  'confidence',
  'label',
  'dataset_label',
  'split',
  'prediction',
  'correct',
  'error',
  'annotated',
] as const

const index = z.number().int().min(0)

/** A key, or the weight of one head as filters write it: `head(7,2)`. */
export const sortSchema = z.union([z.enum(SORT_KEYS), z.templateLiteral(['head(', index, ',', index, ')'])])
export type SortKey = z.infer<typeof sortSchema>

/** Layer and head of `head(layer,head)`, null for another key. */
export function headOfSort(sort: string): { layer: number; head: number } | null {
  const match = /^head\((\d{1,6}),(\d{1,6})\)$/.exec(sort)
  return match === null ? null : { layer: Number(match[1]), head: Number(match[2]) }
}

/** A sort key as it is written on a command line or in an address, null for what is none. */
export function readSort(text: string): SortKey | null {
  const head = headOfSort(text)
  return SORT_KEYS.find((key) => key === text) ?? (head && `head(${head.layer},${head.head})`)
}
