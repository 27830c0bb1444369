/** timm's config.json (pretrained_cfg), as its create_transform evaluates it. */
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { FoundPreprocessing } from '@shared/api'

const descriptions = z.record(z.string(), z.string())

const pretrained = z.looseObject({
  input_size: z.tuple([z.number().int(), z.number().int().positive(), z.number().int().positive()]),
  mean: z.array(z.number()).min(1).nullish(),
  std: z.array(z.number().positive()).min(1).nullish(),
  interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).nullish(),
  crop_pct: z.number().positive().nullish(),
  crop_mode: z.string().nullish(),
  label_names: z.array(z.string()).nullish(),
  label_descriptions: descriptions.nullish(),
})

export const timmSchema = z.looseObject({
  pretrained_cfg: pretrained,
  label_names: z.array(z.string()).nullish(),
  label_descriptions: descriptions.nullish(),
})

const DEFAULT_CROP_SHARE = 0.875
/** timm.data.constants: what create_transform takes where a configuration says nothing. */
const DEFAULT_MEAN = [0.485, 0.456, 0.406]
const DEFAULT_STD = [0.229, 0.224, 0.225]

/** Resize to input / crop_pct on the shorter edge ('center') or exactly ('squash'), then the central crop. */
export function fromTimm(
  { pretrained_cfg: config }: z.infer<typeof timmSchema>,
  channels: number,
  source: string,
): FoundPreprocessing {
  const [, height, width] = config.input_size
  const mode = config.crop_mode ?? 'center'
  if (mode !== 'center' && mode !== 'squash') {
    throw new HeadlightError('usage', `${source} asks for crop_mode '${mode}'; 'center' and 'squash' are known.`)
  }
  const share = config.crop_pct ?? DEFAULT_CROP_SHARE
  const said = (key: keyof typeof config, otherwise: string) =>
    config[key] == null ? `timm's default: ${otherwise}` : source
  const missing = (['mean', 'std'] as const).filter((key) => config[key] == null)
  return {
    preprocessing: {
      size: { height, width },
      resize: {
        mode: mode === 'squash' ? 'exact' : 'shortest',
        height: Math.floor(height / share),
        width: Math.floor(width / share),
        interpolation: config.interpolation ?? 'bicubic',
      },
      centerCrop: { height, width },
      rescale: 1 / 255,
      mean: perChannel(config.mean ?? DEFAULT_MEAN, channels),
      std: perChannel(config.std ?? DEFAULT_STD, channels),
      channels,
      source,
    },
    origins: {
      resize: said('crop_pct', `crop_pct ${DEFAULT_CROP_SHARE}`),
      crop: source,
      interpolation: said('interpolation', 'bicubic'),
      rescale: "timm's default: 1/255",
      mean: said('mean', "ImageNet's"),
      std: said('std', "ImageNet's"),
    },
    warnings: missing.map((key) => `${source} gives no ${key}, so timm's default was taken, ImageNet's.`),
  }
}

function perChannel(values: number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0]!)
}
