/** What a list of samples can be sorted by. */
import { z } from 'zod'
import { readQuantity, writeQuantity } from '../quantities'

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

const HEAD_SORT = /^head\((\d{1,6}),(\d{1,6})\)$/
type HeadSort = `head(${number},${number})`
/** A template of zod's would take numbers of any length. */
const headSortSchema = z.string().regex(HEAD_SORT) as unknown as z.ZodType<HeadSort, HeadSort>

type QuantitySort = `${string}(${string})`
const quantitySortSchema = z
  .string()
  .max(200)
  .refine((text) => readQuantity(text) !== null) as unknown as z.ZodType<QuantitySort, QuantitySort>

/** A key, the weight of one head as filters write it, `head(7,2)`, or a quantity: `taylor(7,2)`, `iou(gmar_l1)`. */
export const sortSchema = z.union([z.enum(SORT_KEYS), headSortSchema, quantitySortSchema])
export type SortKey = z.infer<typeof sortSchema>

/** Layer and head of `head(layer,head)`, null for another key. */
export function headOfSort(sort: string): { layer: number; head: number } | null {
  const match = HEAD_SORT.exec(sort)
  return match === null ? null : { layer: Number(match[1]), head: Number(match[2]) }
}

/** Reads a sort key from a command line or an address; null for any other text. */
export function readSort(text: string): SortKey | null {
  const head = headOfSort(text)
  if (head) return `head(${head.layer},${head.head})`
  const quantity = readQuantity(text)
  return SORT_KEYS.find((key) => key === text) ?? (quantity && (writeQuantity(quantity) as QuantitySort))
}
