/** Where the model's input lies in a picture: sizes and places of resize, crop and padding, whole pixels as the libraries round them. */
import type { Preprocessing } from './api'
import { HeadlightError } from './errors'
import { cutToMultiples, dptSize, viltSize } from './processor-sizes'
import { roundHalfEven } from './round-half-even'

interface Size {
  height: number
  width: number
}

/** A rectangle of the upright picture, in shares of its size; beyond 0 to 1 where the input was padded. */
export interface Region {
  left: number
  top: number
  right: number
  bottom: number
}

/** A part of a picture in pixels; it begins before the picture, or ends after it, where it is larger. */
export interface Part extends Size {
  top: number
  left: number
}

/** The part that is resized: all of it, unless the crop comes first. */
export function partBeforeResize({ height, width }: Size, { rules }: Preprocessing): Part {
  const share = rules?.cropFirst
  if (!share) return { top: 0, left: 0, height, width }
  const edge = Math.min(height, width)
  const part = { height: Math.trunc(share.height * edge), width: Math.trunc(share.width * edge) }
  return { ...part, ...partStart({ height, width }, part, rules) }
}

/** The size after resizing, before any crop. Throws 'unfit-image' where nothing resizes and the size differs. */
export function resizedSize(picture: Size, preprocessing: Preprocessing): Size {
  const { resize: step, size, centerCrop, pad, rules } = preprocessing
  const { height, width } = partBeforeResize(picture, preprocessing)
  if (rules?.sizes?.by === 'dpt') return dptSize({ height, width }, step, rules.sizes)
  if (step.mode === 'exact') return { height: step.height, width: step.width }
  if (step.mode === 'none') {
    if (centerCrop || pad || (width === size.width && height === size.height)) return { height, width }
    throw new HeadlightError(
      'unfit-image',
      `The picture has ${width} x ${height} pixels, and the model takes ${size.width} x ${size.height} without resizing.`,
    )
  }
  if (step.mode === 'longest' || (rules?.edge && step.height !== step.width)) {
    // As timm's ResizeKeepRatio: both edges are rounded. transformers multiplies where timm divides, which can change the last bit.
    const round = edgeRounding(rules)
    if (step.mode === 'longest' && rules?.edge !== 'half-even') {
      const scale = Math.min(step.height / height, step.width / width)
      return { height: Math.max(1, round(height * scale)), width: Math.max(1, round(width * scale)) }
    }
    const ratios = [height / step.height, width / step.width]
    const ratio = step.mode === 'longest' ? Math.max(...ratios) : Math.min(...ratios)
    return { height: Math.max(1, round(height / ratio)), width: Math.max(1, round(width / ratio)) }
  }
  const edge = Math.min(step.height, step.width)
  if (rules?.sizes?.by === 'vilt') return viltSize({ height, width }, edge, rules.sizes)
  const covered = coveredSize({ height, width }, edge, step.longest)
  return rules?.sizes ? cutToMultiples(covered, rules.sizes) : covered
}

/** The shorter edge as asked, the longer one cut to a whole number; a limit on the longer one as transformers applies it. */
function coveredSize({ height, width }: Size, edge: number, longest: number | undefined): Size {
  const [short, long] = width <= height ? [width, height] : [height, width]
  let [wanted, exact] = [edge, edge]
  if (longest !== undefined && (long / short) * edge > longest) {
    exact = (longest * short) / long
    wanted = roundHalfEven(exact)
  }
  const other = short === wanted ? long : Math.trunc((exact * long) / short)
  return width <= height ? { height: other, width: wanted } : { height: wanted, width: other }
}

/** The part of the resized picture that is cropped, null without a crop. */
export function croppedPart(resized: Size, { centerCrop, rules }: Preprocessing): Part | null {
  return centerCrop && { ...centerCrop, ...partStart(resized, centerCrop, rules) }
}

/** The part of the picture that the model sees; whole unless there is a crop or padding. */
export function seenRegion(picture: Size, preprocessing: Preprocessing): Region {
  const first = partBeforeResize(picture, preprocessing)
  const resized = resizedSize(picture, preprocessing)
  const seen = croppedPart(resized, preprocessing) ?? { top: 0, left: 0, ...resized }
  const { height, width } = preprocessing.pad ?? seen
  const across = (at: number) => (first.left + (at / resized.width) * first.width) / picture.width
  const down = (at: number) => (first.top + (at / resized.height) * first.height) / picture.height
  return {
    left: across(seen.left),
    top: down(seen.top),
    right: across(seen.left + width),
    bottom: down(seen.top + height),
  }
}

/** Where a central part begins; negative where it is larger than what it is taken from. */
function partStart(available: Size, wanted: Size, rules: Preprocessing['rules']): { top: number; left: number } {
  const start = (space: number) => {
    if (space >= 0) return rules?.crop === 'half-even' ? roundHalfEven(space / 2) : Math.floor(space / 2)
    const before = rules?.pad === 'after' ? Math.floor(-space / 2) : Math.ceil(-space / 2)
    return -before
  }
  return { top: start(available.height - wanted.height), left: start(available.width - wanted.width) }
}

function edgeRounding(rules: Preprocessing['rules']): (value: number) => number {
  if (rules?.edge === 'half-even') return roundHalfEven
  return rules?.edge === 'half-up' ? (value) => Math.floor(value + 0.5) : Math.trunc
}
