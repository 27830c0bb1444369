/** How a detector writes its boxes: what a file does not say is told from its name and from boxes of pictures that were tried. */
import type { BoxForm } from './report'

/** Centre, width and height in shares of the model's input, as DETR writes boxes. */
export const DETR_BOXES: BoxForm = { layout: 'centre', unit: 'shares' }

/** A sigmoid ends at 1, and corners may stand a little outside of the picture; pixels go far beyond. */
const LARGEST_SHARE = 2
/** Boxes may reach over the edge of the picture by this share of it. */
const OVERHANG = 0.1

/**
 * The form of boxes `[n, 4]` that a model gave of some pictures, and what says so, as the end of a sentence.
 * @param size of the model's input, pixels
 */
export function findBoxForm(
  name: string,
  boxes: ArrayLike<number>,
  size: readonly [height: number, width: number],
): { form: BoxForm; because: string } {
  const values = Array.from(boxes).filter(Number.isFinite)
  const unit = values.some((value) => Math.abs(value) > LARGEST_SHARE) ? 'pixels' : 'shares'
  const known = /xyxy|corner/i.test(name) ? 'corners' : /cxcywh|ccwh/i.test(name) ? 'centre' : null
  if (known) return { form: { layout: known, unit }, because: 'its name says so' }
  const [height, width] = unit === 'pixels' ? size : [1, 1]
  const rows = Array.from({ length: Math.floor(boxes.length / 4) }, (_, at) =>
    [0, 1, 2, 3].map((place) => boxes[at * 4 + place]!),
  )
  if (rows.some(([left, top, right, bottom]) => right! < left! || bottom! < top!)) {
    return { form: { layout: 'centre', unit }, because: 'read as two corners, some would end before they begin' }
  }
  const sticksOut = ([x, y, w, h]: number[]) =>
    x! - w! / 2 < -OVERHANG * width ||
    y! - h! / 2 < -OVERHANG * height ||
    x! + w! / 2 > (1 + OVERHANG) * width ||
    y! + h! / 2 > (1 + OVERHANG) * height
  if (rows.filter(sticksOut).length * 3 > rows.length) {
    const because = 'read as centre and size, many would reach beyond the picture'
    return { form: { layout: 'corners', unit }, because }
  }
  return {
    form: { layout: 'centre', unit },
    because: 'this is assumed, as DETR writes boxes: the file does not say so',
  }
}

/** How a form is called in a sentence. */
export function boxFormInWords({ layout, unit }: BoxForm): string {
  const places = layout === 'centre' ? 'centre x, centre y, width and height' : 'the corners x1, y1, x2 and y2'
  return `${places} in ${unit === 'shares' ? 'shares' : 'pixels'} of the model's input`
}

/**
 * A box as the model gives it, as centre x, centre y, width and height in shares of the model's input.
 * @param size of the model's input, pixels
 */
export function boxInShares(
  box: ArrayLike<number>,
  { layout, unit }: BoxForm,
  [height, width]: readonly [height: number, width: number],
): [x: number, y: number, width: number, height: number] {
  const [across, down] = unit === 'pixels' ? [width, height] : [1, 1]
  const [a, b, c, d] = [box[0]! / across, box[1]! / down, box[2]! / across, box[3]! / down]
  return layout === 'centre' ? [a, b, c, d] : [(a + c) / 2, (b + d) / 2, c - a, d - b]
}
