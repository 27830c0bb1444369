import type { Preprocessing, PreprocessingRules } from '@shared/api'
import { roundHalfEven } from '@shared/round-half-even'
import type { ProcessorDefaults } from './image-processors'
import type { Asked } from './asked'
import { type Config, type SizeValue, square } from './config'
import type { Reader } from './reader'

/** Resizing, cropping and padding, and the size that comes out. */
export interface Geometry extends Pick<Preprocessing, 'size' | 'centerCrop' | 'pad'> {
  resize: Omit<Preprocessing['resize'], 'interpolation'>
  rules?: Pick<PreprocessingRules, 'edge' | 'sizes' | 'cropFirst'>
}

/** What a configuration says of sizes, its class's defaults filled in. */
export function geometryOf(asked: Asked & { isNamed: boolean }): Geometry {
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

export function sizeInWords(size: ProcessorDefaults['size']): string {
  return typeof size === 'number' ? `shorter edge ${size}` : size[0] === size[1] ? String(size[0]) : size.join(' x ')
}
