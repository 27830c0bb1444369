/** Changes of a preprocessing in the form, and what they mean for its other parts. */
import type { Preprocessing } from '@shared/api'
import { outputSize } from '@shared/preprocessing'
import { type ResizeBackend, resizeBackendOf, torchvisionHas, withResizeBackend } from '@shared/resize-backend'

/**
 * What was changed here, on top of what was found. The size that comes out follows, and the library that resizes where the one
 * that was chosen has no such filter.
 */
export function withPart(preprocessing: Preprocessing, change: Partial<Preprocessing>): Preprocessing {
  const asked = { ...preprocessing, ...change, source: 'changed here' }
  const library = resizeBackendOf(asked)
  const lacksFilter = library?.asked && library.backend === 'torchvision' && !torchvisionHas(asked.resize.interpolation)
  const changed = lacksFilter ? withResizeBackend(asked, 'pillow') : asked
  return { ...changed, size: outputSize(changed) ?? changed.size }
}

/**
 * A preprocessing that gives pictures of any shape the size that a model takes: the shorter edge a little longer than the
 * input, in the relation of what was found or of ImageNet (256 to 224), then its middle.
 */
export function fittingPreprocessing(preprocessing: Preprocessing, wanted: Preprocessing['size']): Preprocessing {
  const { resize } = preprocessing
  const longer = Math.max(wanted.height, wanted.width)
  const edge = Math.floor(longer / 0.875)
  return withPart(preprocessing, {
    resize: { mode: 'shortest', interpolation: resize.interpolation, height: edge, width: edge },
    centerCrop: { height: wanted.height, width: wanted.width },
  })
}

/** Another library resizes; everything else stays. */
export function withLibrary(preprocessing: Preprocessing, backend: ResizeBackend): Preprocessing {
  return { ...withResizeBackend(preprocessing, backend), source: 'changed here' }
}

/** `0.485, 0.456, 0.406`; one number stands for every channel. Null for a text that is no such list. */
export function parseChannels(text: string, channels: number, min = -Infinity): number[] | null {
  const values = text
    .trim()
    .split(/[\s,;]+/)
    .map(Number)
  const all = values.length === 1 ? Array<number>(channels).fill(values[0]!) : values
  return text.trim() !== '' && all.length === channels && all.every((value) => Number.isFinite(value) && value > min)
    ? all
    : null
}

/** `1/255`, `0.0039`, `1`. Null for a text that is not a positive number. */
export function parseFactor(text: string): number | null {
  const match = /^\s*([\d.eE+-]+)\s*(?:\/\s*([\d.eE+-]+)\s*)?$/.exec(text)
  // Without a slash the number stands alone.
  const value = match ? Number(match[1]) / Number(match[2] ?? 1) : NaN
  return Number.isFinite(value) && value > 0 ? value : null
}

/** As people write it: 1/255 where it is that. */
export function formatFactor(value: number): string {
  const divisor = 1 / value
  return value < 1 && Math.abs(divisor - Math.round(divisor)) < 1e-6 ? `1/${Math.round(divisor)}` : String(value)
}
