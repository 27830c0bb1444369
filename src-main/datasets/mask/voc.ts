/** The palette and the classes of PASCAL VOC's segmentations (Everingham et al., development kit, VOClabelcolormap). */

/** By index from 1; 0 is the background and 255 void. */
export const VOC_NAMES = [
  ...['aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat', 'chair', 'cow', 'diningtable', 'dog'],
  ...['horse', 'motorbike', 'person', 'pottedplant', 'sheep', 'sofa', 'train', 'tvmonitor'],
]

const VOID = 255

/** Entries that are looked at: those of the classes. Tools take the same palette for other classes, too. */
const ENTRIES = VOC_NAMES.length + 1

/** The colour of an index, 0xRRGGBB: its bits dealt to red, green and blue in turn, highest first. */
export function vocColour(index: number): number {
  let [red, green, blue] = [0, 0, 0]
  for (let bit = 7, rest = index; bit >= 0; bit--, rest >>= 3) {
    red |= (rest & 1) << bit
    green |= ((rest >> 1) & 1) << bit
    blue |= ((rest >> 2) & 1) << bit
  }
  return (red << 16) | (green << 8) | blue
}

/** Whether a palette, `[entries, 3]`, has VOC's colours as far as it goes, with one class at least. */
export function isVocPalette(palette: Uint8Array): boolean {
  const entries = Math.min(palette.length / 3, ENTRIES)
  if (entries < 2) return false
  for (let entry = 0; entry < entries; entry++) {
    const [red, green, blue] = [palette[entry * 3]!, palette[entry * 3 + 1]!, palette[entry * 3 + 2]!]
    if (((red << 16) | (green << 8) | blue) !== vocColour(entry)) return false
  }
  return true
}

/** VOC's index by its colour, for masks that were saved as colours. */
export const VOC_INDEX_OF_COLOUR: ReadonlyMap<number, number> = new Map(
  [...Array(ENTRIES).keys(), VOID].map((index) => [vocColour(index), index]),
)

/** A grey level as a colour, 0xRRGGBB. */
export function colourOfGrey(grey: number): number {
  return grey * 0x010101
}
