/** timm's config.json, nested (pretrained_cfg) or flat, as its create_transform evaluates it. */
import { PreprocessingWarnings } from './preprocessing-warnings'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type { FoundPreprocessing, Interpolation, Preprocessing, PreprocessingRules } from '@shared/api'
import type { ModelReport } from '@headlight/explain/report'
import { modelInputSize } from '@shared/preprocessing'
import { roundHalfEven } from '@shared/round-half-even'
import { checked, isObject, type JsonObject, withoutNulls } from './json-file'

const edge = z.number().int().positive()
const inputSize = z.union([edge, z.tuple([edge, edge]), z.tuple([z.number().int(), edge, edge])])
const channelValues = z.union([z.number().transform((value) => [value]), z.array(z.number())])

const timmSchema = z.looseObject({
  input_size: inputSize.optional(),
  test_input_size: inputSize.optional(),
  mean: channelValues.optional(),
  std: channelValues.optional(),
  interpolation: z.string().optional(),
  crop_pct: z.number().nonnegative().optional(),
  test_crop_pct: z.number().nonnegative().optional(),
  crop_mode: z.string().optional(),
})

type Config = z.infer<typeof timmSchema>

const DEFAULT_CROP_SHARE = 0.875
/** timm.data.constants: what create_transform takes where a configuration says nothing. */
const DEFAULT_MEAN = [0.485, 0.456, 0.406]
const DEFAULT_STD = [0.229, 0.224, 0.225]
const DEFAULT_EDGE = 224
const INTERPOLATIONS: readonly string[] = ['nearest', 'bilinear', 'bicubic', 'box', 'hamming', 'lanczos']

/** The part of a configuration that says how pictures are prepared, null where it is none of timm's. */
export function timmConfig(content: JsonObject): JsonObject | null {
  if (isObject(content.pretrained_cfg)) return content.pretrained_cfg
  const isFlat = 'input_size' in content && ('mean' in content || 'crop_pct' in content || 'interpolation' in content)
  return isFlat ? content : null
}

/**
 * Resize so that the picture covers input / crop_pct ('center'), exactly to it ('squash') or so that it fits into it
 * ('border'), then the central crop. Throws 'usage' where a value is not what it should be.
 */
export function fromTimm(
  content: JsonObject,
  model: Pick<ModelReport, 'input'>,
  channels: number,
  source: string,
): FoundPreprocessing {
  const config = checked(timmSchema, withoutNulls(timmConfig(content) ?? {}), source)
  const warnings = new PreprocessingWarnings()
  const { height, width, share, tested } = sizeOf(config, model, source, warnings)
  const mode = config.crop_mode || 'center'
  if (!['center', 'squash', 'border'].includes(mode)) {
    // create_transform takes any other word for 'center'.
    warnings.say(
      `${source} has crop_mode '${mode}', which timm does not know and takes for 'center'.`,
      'resize',
      'crop',
    )
  }
  const isSet = (key: 'mean' | 'std') => (config[key]?.length ?? 0) > 0
  for (const key of ['mean', 'std'] as const) {
    if (!isSet(key)) warnings.say(`${source} gives no ${key}, so timm's default was taken, ImageNet's.`, key)
  }
  const mean = perChannel(isSet('mean') ? config.mean! : DEFAULT_MEAN, channels)
  const std = perChannel(isSet('std') ? config.std! : DEFAULT_STD, channels)
  if (std.some((value) => value <= 0))
    throw new HeadlightError('usage', `${source} cannot be used: 'std' is not positive.`)
  const said = (isGiven: boolean, otherwise: string) => (isGiven ? source : `timm's default: ${otherwise}`)
  return {
    preprocessing: {
      size: { height, width },
      resize: {
        mode: mode === 'squash' ? 'exact' : mode === 'border' ? 'longest' : 'shortest',
        height: Math.floor(height / share),
        width: Math.floor(width / share),
        interpolation: interpolationOf(config, source, warnings),
      },
      centerCrop: { height, width },
      rescale: 1 / 255,
      mean,
      std,
      channels,
      rules: rulesOf(mode, Math.floor(height / share) === Math.floor(width / share), mean),
      source,
    },
    origins: {
      resize: said(Boolean(tested ? config.test_crop_pct : config.crop_pct), `crop_pct ${DEFAULT_CROP_SHARE}`),
      crop: said(config.input_size !== undefined, String(DEFAULT_EDGE)),
      interpolation: said(Boolean(config.interpolation), 'bicubic'),
      rescale: "timm's default: 1/255",
      mean: said(isSet('mean'), "ImageNet's"),
      std: said(isSet('std'), "ImageNet's"),
    },
    ...warnings.found(),
  }
}

/** torchvision's CenterCrop under all three modes; `border` and oblong inputs go through timm's ResizeKeepRatio. */
function rulesOf(mode: string, isSquare: boolean, mean: number[]): PreprocessingRules {
  const rules: PreprocessingRules = { of: 'timm', passes: 'height-first', crop: 'half-even', pad: 'after' }
  if (mode === 'border') return { ...rules, edge: 'half-even', fill: mean.map((value) => roundHalfEven(255 * value)) }
  return mode !== 'squash' && !isSquare ? { ...rules, edge: 'half-even' } : rules
}

/**
 * Size and share of the crop: those of the test where only they fit the model. timm's validate.py takes the test's,
 * resolve_data_config does not unless it is asked.
 */
function sizeOf(config: Config, model: Pick<ModelReport, 'input'>, source: string, warnings: PreprocessingWarnings) {
  const train = edges(config.input_size ?? DEFAULT_EDGE)
  const test = config.test_input_size === undefined ? null : edges(config.test_input_size)
  const wanted = modelInputSize(model)
  const fits = ({ height, width }: Preprocessing['size']) =>
    (wanted.height ?? height) === height && (wanted.width ?? width) === width
  const tested = test !== null && fits(test) && !fits(train)
  const testShare = config.test_crop_pct || null
  const share = config.crop_pct || DEFAULT_CROP_SHARE
  if (config.input_size === undefined && !tested)
    warnings.say(`${source} gives no input_size, so timm's default was taken, ${DEFAULT_EDGE}.`, 'resize', 'crop')
  if (tested) {
    const taken = testShare ? ` with test_crop_pct ${testShare}` : ''
    warnings.say(`The model takes the test_input_size of ${source}, so that was taken${taken}.`, 'resize', 'crop')
    return { ...test, share: testShare ?? share, tested: testShare !== null }
  }
  if (testShare !== null && testShare !== share && (test === null || fits(test))) {
    warnings.say(
      `${source} has a test_crop_pct of ${testShare} beside crop_pct ${share}, which was taken; timm's validate.py takes the former.`,
      'resize',
    )
  }
  if (!config.crop_pct)
    warnings.say(`${source} gives no crop_pct, so timm's default was taken, ${DEFAULT_CROP_SHARE}.`, 'resize')
  return { ...train, share, tested: false }
}

function edges(size: z.infer<typeof inputSize>): Preprocessing['size'] {
  if (typeof size === 'number') return { height: size, width: size }
  return { height: size.at(-2)!, width: size.at(-1)! }
}

function interpolationOf({ interpolation }: Config, source: string, warnings: PreprocessingWarnings): Interpolation {
  if (!interpolation) {
    warnings.say(`${source} gives no interpolation, so timm's default was taken, bicubic.`, 'interpolation')
    return 'bicubic'
  }
  if (INTERPOLATIONS.includes(interpolation)) return interpolation as Interpolation
  if (interpolation === 'random') {
    // timm's evaluation fails with it, its training draws bilinear or bicubic.
    warnings.say(
      `${source} asks for interpolation 'random', which is for training; bicubic was taken, timm's default.`,
      'interpolation',
    )
    return 'bicubic'
  }
  throw new HeadlightError(
    'usage',
    `${source} asks for interpolation '${interpolation}'; ${INTERPOLATIONS.join(', ')} are known.`,
  )
}

function perChannel(values: number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0]!)
}
