import type { Preprocessing } from '@shared/api'
import type { Asked } from './asked'
import { PART_OF, type Reader } from './reader'

interface Values {
  preprocessing: Pick<Preprocessing, 'rescale' | 'offset' | 'mean' | 'std'>
  origins: { mean: string; std: string }
}

/** What a configuration makes of the levels of a picture: rescaled, offset and normalised. */
export function valuesOf({ config, kind, defaults, reader, channels }: Asked): Values {
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
