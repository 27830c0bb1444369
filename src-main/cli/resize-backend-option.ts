/** `--resize-backend`, for every command that prepares pictures. */
import { RESIZE_BACKENDS, type ResizeBackend } from '@shared/resize-backend'
import type { OptionValues } from './command'
import * as option from './options'

/** Undefined for as the configuration says. Throws 'usage'. */
export function resizeBackend(options: OptionValues): ResizeBackend | undefined {
  if (option.text(options, 'resize-backend') === undefined) return undefined
  return option.oneOf(options, 'resize-backend', RESIZE_BACKENDS, 'pillow')
}
