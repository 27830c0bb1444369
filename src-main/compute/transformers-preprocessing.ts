/** transformers' preprocessor_config.json, and the image_processor inside processor_config.json. */
import { PreprocessingWarnings } from './preprocessing-warnings'
import { OVER_PILLOW, OVER_TORCHVISION } from '@shared/preprocessing-steps'
import { z } from 'zod'
import { HeadlightError } from '@shared/errors'
import type {
  FoundPreprocessing,
  Interpolation,
  Preprocessing,
  PreprocessingRules,
  PreprocessingPart,
} from '@shared/api'
import { roundHalfEven } from '@shared/round-half-even'
import { checked, type JsonObject, withoutNulls } from './json-file'
import { processorDefaults, type ProcessorDefaults, processorKind, UNNAMED } from './image-processors'

const pixels = z.number().int().positive()
const sizeSchema = z.union([
  pixels,
  z.tuple([pixels, pixels]),
  z.tuple([pixels]),
  z.looseObject({ height: pixels, width: pixels }),
  z.looseObject({ shortest_edge: pixels, longest_edge: pixels.optional() }),
  z.looseObject({ longest_edge: pixels }),
  z.looseObject({ max_height: pixels, max_width: pixels }),
])
const channelValues = z.union([z.number(), z.array(z.number()).min(1)])

const transformersSchema = z.looseObject({
  image_processor_type: z.string().optional(),
  feature_extractor_type: z.string().optional(),
  do_resize: z.boolean().optional(),
  size: sizeSchema.optional(),
  resample: z.number().int().optional(),
  crop_pct: z.number().positive().optional(),
  ensure_multiple_of: z.number().int().positive().optional(),
  keep_aspect_ratio: z.boolean().optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: sizeSchema.optional(),
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  rescale_offset: z.boolean().optional(),
  offset: z.boolean().optional(),
  do_normalize: z.boolean().optional(),
  include_top: z.boolean().optional(),
  image_mean: channelValues.optional(),
  image_std: z.union([z.number().positive(), z.array(z.number().positive()).min(1)]).optional(),
  do_flip_channel_order: z.boolean().optional(),
  do_pad: z.boolean().optional(),
  pad_size: sizeSchema.optional(),
  size_divisor: z.number().int().positive().optional(),
})

type Config = z.infer<typeof transformersSchema>
/** Where the configuration of an image processor stands. */
type Place = 'by itself' | 'inside a processor'
type SizeValue = NonNullable<Config['size']>

/** Keys that change no pixel of a picture that is read from a file. */
const HARMLESS = new Set([
  ...['processor_class', '_processor_class', 'auto_map', 'transformers_version', 'model_type', 'image_seq_length'],
  ...['data_format', 'input_data_format', 'device', 'disable_grouping', 'return_tensors', 'default_to_square'],
  ...['do_convert_rgb', 'do_reduce_labels', 'reduce_labels', '_valid_processor_keys', 'name_or_path', 'patch_size'],
  ...['num_labels', 'ignore_index', 'format', 'do_convert_annotations', 'mask_size', 'mask_pad_size', 'do_split_image'],
  ...['num_frames', 'image_processor', 'tokenizer_class', 'feature_extractor', 'antialias'],
])

/** PIL's numbers of the resampling filters. */
const INTERPOLATIONS: readonly Interpolation[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']

/**
 * What the image processor of this configuration does, its class's defaults filled in; null is "not set".
 * Throws 'usage' where a value is not what it should be.
 */
export function fromTransformers(
  content: JsonObject,
  channels: number,
  source: string,
  place: Place = 'by itself',
): FoundPreprocessing {
  const config = checked(transformersSchema, withoutNulls(content), source)
  const type = config.image_processor_type ?? config.feature_extractor_type ?? ''
  const kind = processorKind(type)
  const known = processorDefaults(kind)
  const defaults = known ?? UNNAMED
  const reader = new Reader(config, source)
  if (type !== '' && !known)
    reader.warnings.say(`${source} names ${type}, which is not known here; its steps were taken to be those of ViT's.`)
  const interpolation = reader.interpolation(defaults)
  const geometry = geometryOf({ config, kind, defaults, reader, isNamed: known !== null, channels })
  const rules = rulesOf(type, content, place, geometry.centerCrop !== null, reader)
  const values = valuesOf({ config, kind, defaults, reader, channels })
  reader.nameWhatIsNotUnderstood()
  return {
    preprocessing: {
      size: geometry.size,
      resize: { ...geometry.resize, interpolation },
      centerCrop: geometry.centerCrop,
      ...values.preprocessing,
      ...((config.do_flip_channel_order ?? kind === 'MobileViT') ? { channelOrder: 'bgr' as const } : {}),
      ...(geometry.pad && { pad: geometry.pad }),
      channels,
      ...(geometry.resize.mode !== 'none' || geometry.centerCrop ? { rules: { ...rules, ...geometry.rules } } : {}),
      source,
    },
    origins: {
      resize: reader.origin(config.do_resize === false || config.size !== undefined, sizeInWords(defaults.size)),
      crop: reader.origin(config.do_center_crop !== undefined, defaults.crop === null ? 'none' : String(defaults.crop)),
      interpolation: reader.origin(config.resample !== undefined, defaults.interpolation),
      rescale: reader.origin(config.do_rescale === false || config.rescale_factor !== undefined, '1/255'),
      ...values.origins,
    },
    ...reader.warnings.found(),
  }
}

interface Asked {
  config: Config
  kind: string
  defaults: ProcessorDefaults
  reader: Reader
  channels: number
}

interface Geometry extends Pick<Preprocessing, 'size' | 'centerCrop' | 'pad'> {
  resize: Omit<Preprocessing['resize'], 'interpolation'>
  rules?: Pick<PreprocessingRules, 'edge' | 'sizes' | 'cropFirst'>
}

function geometryOf(asked: Asked & { isNamed: boolean }): Geometry {
  const { config, kind, defaults, reader, isNamed } = asked
  const given = config.size ?? defaults.size
  if (config.do_resize !== false) reader.sayDefault('size', sizeInWords(defaults.size))
  const cropped = config.do_center_crop ?? defaults.crop !== null
  if (defaults.crop !== null && kind !== 'ConvNext') reader.sayDefault('do_center_crop', `a crop to ${defaults.crop}`)
  if (config.do_center_crop) reader.sayDefault('crop_size', String(defaults.crop ?? 224))
  const crop = cropped ? square(config.crop_size ?? defaults.crop ?? 224) : null
  // A bare number means the shorter edge to the processors that crop; which one it is shows only in the file's type.
  const bareIsShorter = isNamed ? defaults.bareIsShorter : Boolean(config.do_center_crop)
  const plain = resizeStep(given, bareIsShorter)
  const resize = config.do_resize === false ? { ...plain, mode: 'none' as const } : plain
  const made = (step: Geometry['resize'], centerCrop: Geometry['centerCrop']): Geometry => ({
    size: centerCrop ?? { height: step.height, width: step.width },
    resize: step,
    centerCrop,
  })
  if (resize.mode === 'none') return padded(made(resize, crop), config, reader)
  const edge = Math.min(resize.height, resize.width)
  const shortest = (pixels: number) => ({ mode: 'shortest' as const, height: pixels, width: pixels })
  switch (kind) {
    case 'ConvNext':
      if (edge >= 384) return made({ mode: 'exact', height: edge, width: edge }, crop)
      reader.sayDefault('crop_pct', '0.875')
      return made(shortest(Math.trunc(edge / (config.crop_pct ?? 0.875))), crop ?? { height: edge, width: edge })
    case 'PoolFormer': {
      const share = config.crop_pct ?? 0.9
      reader.sayDefault('crop_pct', '0.9')
      const [height, width] = [Math.trunc(resize.height / share), Math.trunc(resize.width / share)]
      return made(height === width ? shortest(height) : { mode: 'exact', height, width }, crop)
    }
    case 'Levit':
      return made(resize.mode === 'shortest' ? shortest(Math.trunc((256 / 224) * edge)) : resize, crop)
    case 'Perceiver': {
      if (!crop) return made(resize, null)
      const cropFirst = { height: resize.height / crop.height, width: resize.width / crop.width }
      return { ...made(resize, null), rules: { cropFirst } }
    }
    case 'Sam':
      return {
        ...padded(made(resize, crop), { ...config, do_pad: config.do_pad ?? true }, reader),
        rules: { edge: 'half-up' },
      }
    case 'Yolos': {
      const shown = padded(made(resize, crop), config, reader)
      return resize.mode === 'shortest' && resize.longest !== undefined
        ? { ...shown, rules: { sizes: { by: 'yolos', multiple: YOLOS_MULTIPLE } } }
        : shown
    }
    case 'Vilt': {
      if (resize.mode !== 'shortest') reader.notUnderstood('size')
      // Its own longer edge follows from the shorter one, and its divisor belongs to resizing.
      const { size_divisor: multiple = 32, ...rest } = config
      reader.sayDefault('size_divisor', '32')
      const { longest: _longest, ...step } = resize
      return { ...padded(made(step, crop), rest, reader), rules: { sizes: { by: 'vilt', multiple } } }
    }
    default:
      if (config.keep_aspect_ratio && resize.mode === 'exact') {
        const multiple = config.ensure_multiple_of ?? 1
        const kept = made(multipleOf(resize, config), crop)
        return { ...padded({ ...kept, resize }, config, reader), rules: { sizes: { by: 'dpt', multiple } } }
      }
      return padded(made(multipleOf(resize, config), crop), config, reader)
  }
}

function resizeStep(size: SizeValue | [number, number], bareIsShorter: boolean): Geometry['resize'] {
  if (typeof size === 'object' && 'longest_edge' in size) {
    const longest = size.longest_edge as number
    if (typeof size.shortest_edge !== 'number') return { mode: 'longest', height: longest, width: longest }
    return { mode: 'shortest', height: size.shortest_edge, width: size.shortest_edge, longest }
  }
  if (typeof size === 'object' && 'max_height' in size) {
    return { mode: 'longest', height: size.max_height as number, width: size.max_width as number }
  }
  const { height, width } = square(size)
  const isEdge = typeof size === 'number' ? bareIsShorter : !Array.isArray(size) && 'shortest_edge' in size
  return { mode: isEdge ? 'shortest' : 'exact', height, width }
}

/** YOLOS's edges are multiples of its patches. */
const YOLOS_MULTIPLE = 16

/** DPT resizes to multiples of `ensure_multiple_of`. */
function multipleOf(resize: Geometry['resize'], config: Config): Geometry['resize'] {
  const multiple = config.ensure_multiple_of ?? 1
  if (multiple === 1 || resize.mode !== 'exact') return resize
  const rounded = (edge: number) => Math.round(roundHalfEven(edge / multiple) * multiple)
  return { ...resize, height: rounded(resize.height), width: rounded(resize.width) }
}

function padded(geometry: Geometry, config: Config, reader: Reader): Geometry {
  const { do_pad, pad_size, size_divisor, keep_aspect_ratio } = config
  if (!do_pad) return geometry
  const { size, resize, centerCrop } = geometry
  const isFixed = (resize.mode === 'exact' && !keep_aspect_ratio) || centerCrop !== null
  const isMultiple = isFixed && [size.height, size.width].every((edge) => edge % (size_divisor ?? 1) === 0)
  if (size_divisor !== undefined && !isMultiple) reader.notUnderstood('size_divisor')
  if (pad_size === undefined) {
    if (!isFixed) reader.notUnderstood('do_pad')
    return geometry
  }
  const pad = square(pad_size)
  return { ...geometry, size: pad, pad }
}

interface Values {
  preprocessing: Pick<Preprocessing, 'rescale' | 'offset' | 'mean' | 'std'>
  origins: { mean: string; std: string }
}

function valuesOf({ config, kind, defaults, reader, channels }: Asked): Values {
  // MobileViT's processor has no normalisation, whatever the file says.
  const normalises = kind !== 'MobileViT' && (config.do_normalize ?? true)
  const rescales = config.do_rescale ?? true
  const again = kind === 'EfficientNet' && (config.include_top ?? true)
  if (rescales && defaults.rescale !== 1 / 255) reader.sayDefault('rescale_factor', `1/${1 / defaults.rescale}`)
  if (normalises)
    for (const key of ['image_mean', 'image_std'] as const) {
      reader.sayDefault(key, uniform(key === 'image_mean' ? defaults.mean : defaults.std))
    }
  const mean = perChannel(normalises ? (config.image_mean ?? defaults.mean) : 0, channels, reader, 'image_mean')
  const spread = perChannel(config.image_std ?? defaults.std, channels, reader, 'image_std')
  const times = Number(normalises) + Number(again)
  if (again)
    reader.warnings.say(
      `${reader.source} asks for 'include_top': pictures are divided by image_std ${times === 2 ? 'twice' : 'once'}.`,
      'std',
    )
  const offset = (config.rescale_offset ?? (kind === 'Vivit' ? (config.offset ?? true) : config.offset)) && rescales
  return {
    preprocessing: {
      rescale: rescales ? (config.rescale_factor ?? defaults.rescale) : 1,
      ...(offset && { offset: 1 }),
      mean,
      std: spread.map((value) => value ** times),
    },
    origins: {
      mean: reader.origin(!normalises || config.image_mean !== undefined, uniform(defaults.mean)),
      std: reader.origin(!normalises || config.image_std !== undefined, uniform(defaults.std)),
    },
  }
}

/**
 * The library whose rounding a file asks for, as far as the file tells. A fast processor is named in files of transformers 4.49 to 5.3: it
 * resizes 8-bit tensors with torchvision, and up to 4.56 left the crop to it as well. Those versions write keys that are
 * null, and lack the key `pad_size` that came with 4.57. transformers 5 drops nulls, and keeps the image processor inside
 * processor_config.json; by itself it is saved as versions before were, so that Pillow's way is taken.
 */
function rulesOf(type: string, content: JsonObject, place: Place, crops: boolean, reader: Reader): PreprocessingRules {
  if (processorKind(type) === 'DINOv3ViT') return { of: 'transformers (DINOv3)', resample: 'torch-float', pad: 'after' }
  if (processorKind(type) === 'Vivit') return { of: 'transformers (Vivit, over Pillow alone)', passes: 'height-first' }
  if (place === 'inside a processor') return { of: OVER_TORCHVISION, resample: 'torch', pad: 'after' }
  if (!type.endsWith('Fast')) return { of: OVER_PILLOW, passes: 'height-first' }
  const hasNulls = Object.values(content).includes(null)
  const isOld = hasNulls && !FAST_SINCE_4_57.some((key) => key in content)
  // PoolFormer's crop was its own from the first, ConvNeXt's was torchvision's to the last.
  const kind = processorKind(type)
  if (kind === 'ConvNext' || (isOld && kind !== 'PoolFormer')) {
    return {
      of: `transformers' fast processors to ${isOld ? '4.56' : '4.57'}`,
      resample: 'torch',
      crop: 'half-even',
      pad: 'after',
    }
  }
  if (!hasNulls && crops) {
    reader.warnings.say(
      `${reader.source} does not show which transformers wrote it: the crop begins rounded down, as from 4.57 on; fast processors before round half to even.`,
      'crop',
    )
  }
  return { of: "transformers' fast processors from 4.57", resample: 'torch', pad: 'after' }
}

const FAST_SINCE_4_57 = ['pad_size', 'do_pad']

/** The parts that a key is about. */
const PART_OF: Partial<Record<string, PreprocessingPart[]>> = {
  size: ['resize'],
  crop_size: ['crop'],
  do_center_crop: ['crop'],
  size_divisor: ['resize'],
  crop_pct: ['resize'],
  resample: ['interpolation'],
  rescale_factor: ['rescale'],
  image_mean: ['mean'],
  image_std: ['std'],
}

/** Says which keys of a file were missing, and which were not understood. */
class Reader {
  readonly warnings = new PreprocessingWarnings()
  readonly #config: Config
  readonly #not = new Set<string>()
  constructor(
    config: Config,
    readonly source: string,
  ) {
    this.#config = config
  }

  origin(given: boolean, otherwise: string): string {
    return given ? this.source : `transformers' default: ${otherwise}`
  }

  /** A default that changes pixels is said. */
  sayDefault(key: keyof typeof transformersSchema.shape, value: string): void {
    if (this.#config[key] !== undefined) return
    this.warnings.say(
      `${this.source} gives no ${key}, so transformers' default was taken, ${value}.`,
      ...(PART_OF[key] ?? []),
    )
  }

  interpolation(defaults: ProcessorDefaults): Interpolation {
    const { resample, do_resize } = this.#config
    if (do_resize !== false) this.sayDefault('resample', defaults.interpolation)
    const named = resample === undefined ? defaults.interpolation : INTERPOLATIONS[resample]
    if (named) return named
    throw new HeadlightError(
      'usage',
      `${this.source} asks for resampling filter ${resample}; 0 (nearest) to 5 (hamming) are known.`,
    )
  }

  notUnderstood(key: string): void {
    this.#not.add(key)
  }

  nameWhatIsNotUnderstood(): void {
    const read = transformersSchema.shape
    for (const [key, value] of Object.entries(this.#config)) {
      if (value !== false && !(key in read) && !HARMLESS.has(key)) this.#not.add(key)
    }
    const { data_format } = this.#config
    if (data_format !== undefined && data_format !== 'channels_first') this.#not.add('data_format')
    for (const key of this.#not) {
      this.warnings.say(
        `${this.source} has '${key}' (${JSON.stringify(this.#config[key])?.slice(0, 80)}), which is not understood here and was passed over: if it changes pixels, those that the model gets are not these.`,
      )
    }
  }
}

function square(size: SizeValue | [number, number]): { height: number; width: number } {
  if (typeof size === 'number') return { height: size, width: size }
  if (Array.isArray(size)) return { height: size[0], width: size[1] ?? size[0] }
  if ('height' in size) return { height: size.height as number, width: size.width as number }
  const edge = (size.shortest_edge ?? size.longest_edge) as number
  return { height: edge, width: edge }
}

function sizeInWords(size: ProcessorDefaults['size']): string {
  return typeof size === 'number' ? `shorter edge ${size}` : size[0] === size[1] ? String(size[0]) : size.join(' x ')
}

function uniform(values: number[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : values.join(', ')
}

function perChannel(value: number | number[], channels: number, reader: Reader, key: string): number[] {
  const values = typeof value === 'number' ? [value] : value
  if (values.length !== 1 && values.length !== channels) {
    reader.warnings.say(
      `${reader.source} gives ${values.length} values of ${key}, and the model takes ${channels} channels.`,
      ...(PART_OF[key] ?? []),
    )
  }
  return Array.from({ length: channels }, (_, channel) => values[channel] ?? values[0]!)
}
