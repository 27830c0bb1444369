/** Tables of one kind contain the same columns for different images, such as the lists of a dataset's splits. */
import { type ImageTable, isSameLabel, stemOf } from './image-table'
import { withoutSplit } from './split-names'

/** By kind those that label an image otherwise. */
export type RivalKinds = ReadonlyMap<string, ReadonlySet<string>>

/** The name of a table without the split: `variant` for FGVC-Aircraft's `images_variant_train.txt`. */
export function kindOf({ table }: ImageTable): string {
  return withoutSplit(stemOf(table.name))
}

/** Kinds of which only one may be used: with several, splits would have labels of different levels. */
export function rivalKinds(tables: readonly ImageTable[]): RivalKinds {
  const rivals = new Map<string, Set<string>>()
  const first = new Map<number, { kind: string; label: string }>()
  const add = (kind: string, other: string) => rivals.set(kind, (rivals.get(kind) ?? new Set()).add(other))
  for (const table of tables) {
    const kind = kindOf(table)
    for (const [image, { label }] of table.rows) {
      if (label === null) continue
      const known = first.get(image)
      if (known === undefined) first.set(image, { kind, label })
      else if (known.kind !== kind && !isSameLabel(known.label, label)) {
        add(kind, known.kind)
        add(known.kind, kind)
      }
    }
  }
  return rivals
}
