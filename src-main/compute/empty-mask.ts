/** A class of a segmentation that is the highest at no place: its own mask is empty, and there is nothing to explain. */
import type { ModelReport } from '@headlight/explain/report'

/**
 * One sentence where the mask of the target, or of the class it is set against, is empty; null where both have places.
 * @param shares of each class, `[classes]`: the part of the picture where it is the highest, as the explain graph gives it
 */
export function emptyMask(
  { dense }: Pick<ModelReport, 'dense'>,
  shares: ArrayLike<number> | undefined,
  classes: readonly number[],
): string | null {
  if (dense?.kind !== 'pixels' || !shares) return null
  const empty = classes.find((chosen) => chosen >= 0 && shares[chosen] === 0)
  return empty === undefined
    ? null
    : `No place of the picture has class ${empty} as its highest, so its mask is empty and nothing is explained. Choose another class, or predicted.`
}
