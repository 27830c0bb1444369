/** transformers' preprocessor_config.json, and the image_processor inside processor_config.json. */
import type { FoundPreprocessing } from '@shared/api'
import { processorDefaults, processorKind, UNNAMED } from './image-processors'
import { checked, type JsonObject, withoutNulls } from '../json-file'
import { transformersSchema } from './config'
import { geometryOf, sizeInWords } from './geometry'
import { Reader } from './reader'
import { type Place, rulesOf } from './rules'
import { valuesOf } from './values'

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
