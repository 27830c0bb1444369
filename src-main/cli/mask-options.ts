/** Options that say how masks are read, for every command that reads them. */
import { MASK_KINDS } from '@shared/masks'
import type { OptionValues } from './command'
import * as option from './options'

export interface MaskOptions {
  maskKind?: (typeof MASK_KINDS)[number] | 'auto'
  maskVoid?: number | 'none'
}

/** Throws 'usage'. */
export function maskOptions(options: OptionValues): MaskOptions {
  const given = option.text(options, 'mask-kind')
  const kind = given === undefined ? undefined : option.oneOf(options, 'mask-kind', ['auto', ...MASK_KINDS], 'auto')
  const isNone = option.text(options, 'mask-void') === 'none'
  const voidValue = isNone ? ('none' as const) : option.wholeNumber(options, 'mask-void', 0)
  return { ...(kind && { maskKind: kind }), ...(voidValue !== undefined && { maskVoid: voidValue }) }
}
