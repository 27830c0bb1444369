import type { Interpolation, PreprocessingPart } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { ProcessorDefaults } from './image-processors'
import { PreprocessingWarnings } from '../preprocessing-warnings'
import { type Config, transformersSchema } from './config'

/** Says which keys of a file were missing, and which were not understood. */
export class Reader {
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

/** The parts that a key is about. */
export const PART_OF: Partial<Record<string, PreprocessingPart[]>> = {
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
