/** Files of text with one label a line and no names: labels by the order of the images, which are offered and never assumed. */
import { isNamed } from './apply-tables'
import type { ImageTable } from './image-table'
import { ProblemList } from './problem-list'
import { splitOfPath } from './split-names'
import { singleCells, type TableFile } from './tables'

/** Pairs of image and label that are shown. */
const SHOWN = 3

export interface LabelLines {
  table: TableFile
  lines: string[]
  /** The images that they are about, in natural order: all, or those of one split. */
  images: number[]
  /** "0001.jpg = cat, 0002.jpg = dog, ..." */
  pairs: string
}

/** The lines where there is one for each image, of all or of one split; null for any other file. */
export async function labelLines(
  table: TableFile,
  kept: readonly number[],
  splits: readonly (string | null)[],
  paths: readonly string[],
): Promise<LabelLines | null> {
  if (!/\.txt$/i.test(table.name)) return null
  const lines = await singleCells(table, kept.length)
  if (lines === null || lines.length < 2) return null
  const named = splitOfPath(table.name)
  const parts = [...new Set(splits.filter((split) => split !== null))].sort((a, b) =>
    a === named ? -1 : b === named ? 1 : 0,
  )
  const groups = [[...kept], ...parts.map((part) => kept.filter((image) => splits[image] === part))]
  const images = groups.find((group) => group.length === lines.length)
  if (images === undefined) return null
  const shown = images.slice(0, SHOWN).map((image, at) => `${paths[image]!} = ${lines[at]!}`)
  return { table, lines, images, pairs: shown.join(', ') + (images.length > SHOWN ? ', ...' : '') }
}

/** The lines as a table, where that was asked for by its name. */
export function askedLines(found: readonly LabelLines[], source: unknown): ImageTable[] {
  if (typeof source !== 'string') return []
  return found
    .filter(({ table }) => isNamed(table.name, source))
    .map(({ table, lines, images, pairs }) => {
      const label = (at: number) => lines[at]!.trim() || null
      const none = { split: null, mask: null, box: null, metadata: null }
      return {
        table,
        folder: '',
        rows: new Map(images.map((image, at) => [image, { ...none, label: label(at) }])),
        missing: [],
        columns: {
          ...{ path: '', label: 'line', oneHot: null, isSynsetBoxes: false, attributes: null },
          ...{ isLabelAssumed: false, mask: null, split: null },
        },
        notes: {
          problems: new ProblemList(),
          assumed: [`Lines of ${table.name} are taken in the order of the images, as asked for: ${pairs}.`],
        },
      }
    })
}
