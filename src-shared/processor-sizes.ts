/** Sizes that some processors of transformers resize to, which depend on the picture's proportions and a multiple. */
import type { PreprocessingRules } from './api'
import { roundHalfEven } from './round-half-even'

interface Size {
  height: number
  width: number
}

type Sizes = NonNullable<PreprocessingRules['sizes']>

/** YOLOS cuts both edges of the covering size to multiples. */
export function cutToMultiples({ height, width }: Size, { multiple }: Sizes): Size {
  return { height: height - (height % multiple), width: width - (width % multiple) }
}

/** The longer edge that ViLT allows for a shorter one. */
export const VILT_LONGER = 1333 / 800

/** ViLT: the shorter edge as asked, unless the longer becomes too long; then multiples, rounded down. */
export function viltSize({ height, width }: Size, shorter: number, { multiple }: Sizes): Size {
  const longest = Math.trunc(VILT_LONGER * shorter)
  const scale = shorter / Math.min(height, width)
  let [tall, wide] = height < width ? [shorter, scale * width] : [scale * height, shorter]
  const maximum = Math.max(tall, wide)
  if (maximum > longest) [tall, wide] = [(longest / maximum) * tall, (longest / maximum) * wide]
  const cut = (edge: number) => Math.floor(Math.trunc(edge + 0.5) / multiple) * multiple
  return { height: cut(tall), width: cut(wide) }
}

/** DPT with `keep_aspect_ratio`: the edge that changes less decides for both, each to the nearest multiple. */
export function dptSize({ height, width }: Size, wanted: Size, { multiple }: Sizes): Size {
  const [down, across] = [wanted.height / height, wanted.width / width]
  const scale = Math.abs(1 - across) < Math.abs(1 - down) ? across : down
  const nearest = (edge: number) => Math.max(0, roundHalfEven((scale * edge) / multiple) * multiple)
  return { height: nearest(height), width: nearest(width) }
}
