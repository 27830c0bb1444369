import type { ImageFinder, ImageTable } from './image-table'
import type { ProblemList } from './problem-list'

/** Masks that rows name, by image. */
export function namedMasks(
  tables: readonly ImageTable[],
  index: ImageFinder,
  problems: ProblemList,
): Map<number, number> {
  const named = new Map<number, number>()
  for (const { rows, folder } of tables) {
    for (const [image, { mask }] of rows) {
      if (mask === null) continue
      const ways = [mask, `masks/${mask}`].map((written) => index.find(written, folder, null))
      const found = ways.flatMap((way) => ('image' in way && way.image !== image ? [way.image] : []))[0]
      const refused = ways.flatMap((way) => ('refused' in way ? [way.refused] : []))[0]
      if (found !== undefined) named.set(image, found)
      else if (refused !== undefined) problems.add(refused, mask)
      else problems.add('missing mask; ignored', mask)
    }
  }
  return named
}
