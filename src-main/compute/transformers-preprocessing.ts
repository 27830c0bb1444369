/** transformers' preprocessor_config.json (image processors of vision models). */
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { FoundPreprocessing, Preprocessing } from '@shared/api'

const pixels = z.number().int().positive()
const sizeSchema = z.union([
  pixels,
  z.looseObject({ height: pixels, width: pixels }),
  z.looseObject({ shortest_edge: pixels }),
])

export const transformersSchema = z.looseObject({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().optional(),
  size: sizeSchema.optional(),
  resample: z.number().int().optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: sizeSchema.optional(),
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  do_normalize: z.boolean().optional(),
  image_mean: z.union([z.number(), z.array(z.number()).min(1)]).optional(),
  image_std: z.union([z.number().positive(), z.array(z.number().positive()).min(1)]).optional(),
})

type Config = z.infer<typeof transformersSchema>

/** PIL's numbers of the resampling filters. */
const INTERPOLATIONS: Record<number, Preprocessing['resize']['interpolation']> = {
  0: 'nearest',
  1: 'lanczos',
  2: 'bilinear',
  3: 'bicubic',
}

/** What a ViT image processor does with this configuration, transformers' defaults filled in. */
export function fromTransformers(config: Config, channels: number, source: string): FoundPreprocessing {
  const resample = config.resample ?? 2
  const interpolation = INTERPOLATIONS[resample]
  if (!interpolation) {
    throw new HeadlightError(
      'usage',
      `${source} asks for resampling filter ${resample}; 0 (nearest) to 3 (bicubic) are known.`,
    )
  }
  const resize = resizeStep(config)
  const centerCrop = config.do_center_crop ? square(config.crop_size ?? 224) : null
  const normalise = config.do_normalize ?? true
  const rescale = config.do_rescale ?? true
  const said = (given: boolean, otherwise: string) => (given ? source : `transformers' default: ${otherwise}`)
  const missing = normalise ? (['image_mean', 'image_std'] as const).filter((key) => config[key] === undefined) : []
  return {
    preprocessing: {
      size: centerCrop ?? { height: resize.height, width: resize.width },
      resize: { ...resize, interpolation },
      centerCrop,
      rescale: rescale ? (config.rescale_factor ?? 1 / 255) : 1,
      mean: perChannel(normalise ? (config.image_mean ?? 0.5) : 0, channels),
      std: perChannel(normalise ? (config.image_std ?? 0.5) : 1, channels),
      channels,
      source,
    },
    origins: {
      resize: said(config.do_resize === false || config.size !== undefined, '224'),
      crop: said(config.do_center_crop !== undefined, 'none'),
      interpolation: said(config.resample !== undefined, 'bilinear'),
      rescale: said(config.do_rescale === false || config.rescale_factor !== undefined, '1/255'),
      mean: said(!missing.includes('image_mean'), '0.5'),
      std: said(!missing.includes('image_std'), '0.5'),
    },
    warnings: missing.map((key) => `${source} gives no ${key}, so transformers' default was taken, 0.5.`),
  }
}

function resizeStep(config: Config): Omit<Preprocessing['resize'], 'interpolation'> {
  const size = config.size ?? 224
  const { height, width } = square(size)
  if (config.do_resize === false) return { mode: 'none', height, width }
  if (typeof size === 'object') return { mode: 'shortest_edge' in size ? 'shortest' : 'exact', height, width }
  // A bare number means the shorter edge to the processors that crop, except DeiT's.
  const kind = config.image_processor_type ?? config.feature_extractor_type ?? ''
  return { mode: config.do_center_crop && !kind.startsWith('DeiT') ? 'shortest' : 'exact', height, width }
}

function square(size: NonNullable<Config['size']>): { height: number; width: number } {
  if (typeof size === 'number') return { height: size, width: size }
  if ('shortest_edge' in size) return { height: size.shortest_edge as number, width: size.shortest_edge as number }
  return { height: size.height, width: size.width }
}

function perChannel(value: number | number[], channels: number): number[] {
  const values = typeof value === 'number' ? [value] : value
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0]!)
}
