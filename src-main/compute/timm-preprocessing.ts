/** timm's config.json (pretrained_cfg), as its create_transform evaluates it. */
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { Preprocessing } from '@shared/api'

const pretrained = z.looseObject({
  input_size: z.tuple([z.number().int(), z.number().int().positive(), z.number().int().positive()]),
  mean: z.array(z.number()).min(1),
  std: z.array(z.number().positive()).min(1),
  interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).default('bicubic'),
  crop_pct: z.number().positive().nullish(),
  crop_mode: z.string().nullish(),
  label_names: z.array(z.string()).nullish(),
})

export const timmSchema = z.looseObject({ pretrained_cfg: pretrained, label_names: z.array(z.string()).nullish() })

const DEFAULT_CROP_SHARE = 0.875

/** Resize to input / crop_pct on the shorter edge ('center') or exactly ('squash'), then the central crop. */
export function fromTimm(
  { pretrained_cfg: config }: z.infer<typeof timmSchema>,
  channels: number,
  source: string,
): Preprocessing {
  const [, height, width] = config.input_size
  const mode = config.crop_mode ?? 'center'
  if (mode !== 'center' && mode !== 'squash') {
    throw new HeadlightError('usage', `${source} asks for crop_mode '${mode}'; 'center' and 'squash' are known.`)
  }
  const share = config.crop_pct ?? DEFAULT_CROP_SHARE
  return {
    size: { height, width },
    resize: {
      mode: mode === 'squash' ? 'exact' : 'shortest',
      height: Math.floor(height / share),
      width: Math.floor(width / share),
      interpolation: config.interpolation,
    },
    centerCrop: { height, width },
    rescale: 1 / 255,
    mean: config.mean,
    std: config.std,
    channels,
    source,
  }
}
