/** The library that resizes, where a configuration of transformers leaves the choice to the installed packages. */
import type { Interpolation, Preprocessing } from './api/model'
import { HeadlightError } from './errors'
import { OVER_PILLOW, OVER_TORCHVISION } from './preprocessing-steps'

/** As transformers 5 calls them: `AutoImageProcessor.from_pretrained(.., backend="torchvision")`. */
export const RESIZE_BACKENDS = ['pillow', 'torchvision'] as const
export type ResizeBackend = (typeof RESIZE_BACKENDS)[number]

const ASKED = ', as asked'
/** Filters that torchvision has not. */
const NOT_IN_TORCHVISION: readonly Interpolation[] = ['box', 'hamming']

export function torchvisionHas(interpolation: Interpolation): boolean {
  return !NOT_IN_TORCHVISION.includes(interpolation)
}

/** The library, whether it was chosen, and whether it can be; null where nothing resizes. */
export function resizeBackendOf({ resize, rules }: Preprocessing): {
  backend: ResizeBackend
  asked: boolean
  open: boolean
} | null {
  if (resize.mode === 'none') return null
  const of = rules?.of ?? OVER_PILLOW
  const asked = of.endsWith(ASKED)
  return { backend: rules?.resample ? 'torchvision' : 'pillow', asked, open: asked || of === OVER_PILLOW }
}

/**
 * The same preprocessing over that library. What a configuration itself says stays: throws 'usage' where it says another
 * library, and where torchvision has no such filter.
 */
export function withResizeBackend(preprocessing: Preprocessing, backend: ResizeBackend): Preprocessing {
  const now = resizeBackendOf(preprocessing)
  const { rules, source, resize } = preprocessing
  if (now === null || (!now.open && now.backend === backend)) return preprocessing
  if (!now.open) {
    throw usage(`${source} is resized by ${now.backend} (${rules?.of}), so that ${backend} cannot be chosen for it.`)
  }
  if (backend === 'torchvision' && !torchvisionHas(resize.interpolation)) {
    throw usage(`${source} resizes with the filter ${resize.interpolation}, which torchvision does not have.`)
  }
  const { edge, sizes, cropFirst } = rules ?? {}
  const kept = { ...(edge && { edge }), ...(sizes && { sizes }), ...(cropFirst && { cropFirst }) }
  const own =
    backend === 'torchvision'
      ? { of: `${OVER_TORCHVISION}${ASKED}`, resample: 'torch' as const, pad: 'after' as const }
      : { of: `${OVER_PILLOW}${ASKED}`, ...(rules && { passes: 'height-first' as const }) }
  return { ...preprocessing, rules: { ...own, ...kept } }
}

function usage(message: string): HeadlightError {
  return new HeadlightError('usage', message)
}
