/** open_clip's open_clip_config.json (model_cfg, preprocess_cfg), as its image_transform evaluates it. */
import { PreprocessingWarnings } from './preprocessing-warnings'
import { z } from 'zod'
import type { FoundPreprocessing, PreprocessingRules } from '@shared/api'
import { checked, isObject, type JsonObject, withoutNulls } from './json-file'

const edge = z.number().int().positive()
const sizeSchema = z.union([edge, z.tuple([edge, edge])])
const channelValues = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1)])

const openClipSchema = z.looseObject({
  model_cfg: z.looseObject({ vision_cfg: z.looseObject({ image_size: sizeSchema.optional() }).optional() }).optional(),
  preprocess_cfg: z
    .looseObject({
      size: sizeSchema.optional(),
      mode: z.string().optional(),
      mean: channelValues.optional(),
      std: channelValues.optional(),
      interpolation: z.enum(['bicubic', 'bilinear', 'random']).optional(),
      resize_mode: z.enum(['shortest', 'longest', 'squash']).optional(),
      fill_color: z.number().optional(),
    })
    .optional(),
})

const DEFAULT_EDGE = 224
/** OpenAI's CLIP. */
const DEFAULT_MEAN = [0.48145466, 0.4578275, 0.40821073]
const DEFAULT_STD = [0.26862954, 0.26130258, 0.27577711]
const READ = new Set(['size', 'mode', 'mean', 'std', 'interpolation', 'resize_mode', 'fill_color'])

export function isOpenClip(content: JsonObject): boolean {
  return isObject(content.preprocess_cfg) || (isObject(content.model_cfg) && isObject(content.model_cfg.vision_cfg))
}

/** The transform of inference; 'random' is bicubic in it. Throws 'usage' where a value is not what it should be. */
export function fromOpenClip(content: JsonObject, channels: number, source: string): FoundPreprocessing {
  const { model_cfg, preprocess_cfg = {} } = checked(openClipSchema, withoutNulls(content), source)
  // The model's own size takes precedence over the preprocessing's.
  const given = model_cfg?.vision_cfg?.image_size ?? preprocess_cfg.size
  const [height, width] = typeof given === 'object' ? given : [given ?? DEFAULT_EDGE, given ?? DEFAULT_EDGE]
  const { mean, std, interpolation = 'bicubic', resize_mode = 'shortest', fill_color = 0 } = preprocess_cfg
  const size = { height, width }
  const isOblong = height !== width
  const unknown = Object.entries(preprocess_cfg).filter(([key]) => !READ.has(key))
  const missing = (['mean', 'std'] as const).filter((key) => preprocess_cfg[key] === undefined)
  const said = (isGiven: boolean, otherwise: string) => (isGiven ? source : `open_clip's default: ${otherwise}`)
  const rules: PreprocessingRules = {
    of: 'open_clip (torchvision)',
    passes: 'height-first',
    crop: 'half-even',
    pad: 'after',
    ...((resize_mode === 'longest' || (resize_mode === 'shortest' && isOblong)) && { edge: 'half-even' as const }),
    ...(resize_mode === 'longest' && fill_color !== 0 && { fill: Array<number>(3).fill(fill_color) }),
  }
  const warnings = new PreprocessingWarnings()
  if (given === undefined)
    warnings.say(`${source} gives no size, so open_clip's default was taken, ${DEFAULT_EDGE}.`, 'resize', 'crop')
  for (const key of missing)
    warnings.say(`${source} gives no ${key}, so open_clip's default was taken, that of OpenAI's CLIP.`, key)
  for (const [key] of unknown)
    warnings.say(`${source} has '${key}' in preprocess_cfg, which is not understood here and was passed over.`)
  return {
    preprocessing: {
      size,
      resize: {
        mode: resize_mode === 'squash' ? 'exact' : resize_mode,
        ...size,
        // An oblong input is resized without the interpolation that was asked for.
        interpolation:
          interpolation === 'bilinear' && !(resize_mode === 'shortest' && isOblong) ? 'bilinear' : 'bicubic',
      },
      centerCrop: resize_mode === 'squash' ? null : size,
      rescale: 1 / 255,
      mean: perChannel(mean ?? DEFAULT_MEAN, channels),
      std: perChannel(std ?? DEFAULT_STD, channels),
      channels,
      rules,
      source,
    },
    origins: {
      resize: said(given !== undefined, String(DEFAULT_EDGE)),
      crop: said(given !== undefined, String(DEFAULT_EDGE)),
      interpolation: said(preprocess_cfg.interpolation !== undefined, 'bicubic'),
      rescale: "open_clip's default: 1/255",
      mean: said(mean !== undefined, "OpenAI's CLIP"),
      std: said(std !== undefined, "OpenAI's CLIP"),
    },
    ...warnings.found(),
  }
}

function perChannel(values: number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0]!)
}
