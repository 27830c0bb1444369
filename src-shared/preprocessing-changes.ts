/** What differs between a preprocessing as it was found and as it is used. */
import type { ModelFiles, Preprocessing, PreprocessingPart } from './api'
import { resizeBackendOf } from './resize-backend'

/** The parts in which two preprocessings differ. The library that resizes belongs to the resizing, once it was chosen. */
export function changedParts(found: Preprocessing, shown: Preprocessing): Set<PreprocessingPart> {
  const changed = changedValues(found, shown)
  if (chosenLibrary(found) !== chosenLibrary(shown)) changed.add('resize')
  return changed
}

/** The warnings that still apply: a warning is dropped when all of its parts were changed. */
export function standingWarnings(
  {
    preprocessing,
    preprocessingWarnings,
    warnedParts = {},
  }: Pick<ModelFiles, 'preprocessing' | 'preprocessingWarnings' | 'warnedParts'>,
  shown: Preprocessing,
): string[] {
  const changed = changedValues(preprocessing, shown)
  return preprocessingWarnings.filter((warning) => {
    const parts = Object.hasOwn(warnedParts, warning) ? warnedParts[warning]! : []
    return parts.length === 0 || parts.some((part) => !changed.has(part))
  })
}

function changedValues(found: Preprocessing, shown: Preprocessing): Set<PreprocessingPart> {
  const [before, after] = [partsOf(found), partsOf(shown)]
  const names = Object.keys(before) as PreprocessingPart[]
  return new Set(names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])))
}

function partsOf(preprocessing: Preprocessing): Record<PreprocessingPart, unknown> {
  const { interpolation, mode, ...size } = preprocessing.resize
  const { centerCrop, rescale, mean, std } = preprocessing
  // Height and width are not used where nothing is resized.
  const resize = mode === 'none' ? { mode } : { mode, ...size }
  return { resize, crop: centerCrop, interpolation, rescale, mean, std }
}

function chosenLibrary(preprocessing: Preprocessing): string | null {
  const library = resizeBackendOf(preprocessing)
  return library?.asked ? library.backend : null
}
