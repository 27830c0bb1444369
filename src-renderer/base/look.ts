/** The ways in which a map lies over its picture. */
export const LOOK_IDS = ['heat', 'contour', 'mask', 'pair'] as const
export type LookId = (typeof LOOK_IDS)[number]

export const LOOKS: Record<LookId, { name: string; meaning: string }> = {
  heat: { name: 'Heat', meaning: 'Colours over the picture' },
  contour: { name: 'Contour', meaning: 'Lines of equal relevance, at fifths of the range' },
  mask: { name: 'Mask', meaning: 'The picture only where relevance is highest' },
  pair: { name: 'Pair', meaning: 'Picture and overlay side by side' },
}
