/** Checks of a preprocessing that both sides make. */
import type { ModelReport } from '@headlight/explain/report'
import type { Preprocessing } from './api'

type Size = Preprocessing['size']

/** The size that pictures have after all steps, null where it depends on the picture. */
export function outputSize({ resize, centerCrop, pad, size, rules }: Preprocessing): Size | null {
  if (pad) return pad
  if (centerCrop) return centerCrop
  if (resize.mode === 'none') return size
  return resize.mode === 'exact' && !rules?.sizes ? { height: resize.height, width: resize.width } : null
}

/** Height and width of a model's input in pixels, null where it takes any. */
export function modelInputSize({ input }: Pick<ModelReport, 'input'>): { height: number | null; width: number | null } {
  const [height, width] = input.shape.slice(-2).map((dim) => (typeof dim === 'number' ? dim : null))
  return { height: height ?? null, width: width ?? null }
}

/** Why a model cannot take pictures that are prepared so, as the end of a sentence; null when it can. */
export function preprocessingMismatch(preprocessing: Preprocessing, model: Pick<ModelReport, 'input'>): string | null {
  const { size, mean, std, channels } = preprocessing
  const made = outputSize(preprocessing)
  if (made && (made.height !== size.height || made.width !== size.width)) {
    return `makes ${made.width} x ${made.height} pixels and says ${size.width} x ${size.height}`
  }
  if (mean.length !== channels || std.length !== channels) return `needs mean and std of ${channels} channels`
  const { height, width } = modelInputSize(model)
  if ((height ?? size.height) === size.height && (width ?? size.width) === size.width) return null
  return `makes ${size.width} x ${size.height} pixels, the model takes ${width ?? 'any'} x ${height ?? 'any'}`
}
