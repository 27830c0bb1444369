import { HeadlightError } from '@shared/errors'
import type { SampleRow } from '@shared/api'
import type { Output } from './output'

const EXAMPLES = 3

/** Says which images could not be read, and that they count nowhere. Throws 'unreadable-image' where none could. */
export function sayUnread(
  output: Output,
  samples: readonly SampleRow[],
  errors: readonly { id: number; message: string }[],
): void {
  if (errors.length === 0) return
  const pathOf = new Map(samples.map(({ id, path }) => [id, path]))
  output.note(`${errors.length} of ${samples.length} images could not be read, and count nowhere:`)
  for (const { id, message } of errors.slice(0, EXAMPLES)) output.note(`  ${pathOf.get(id)}: ${message}`)
  if (errors.length === samples.length)
    throw new HeadlightError('unreadable-image', 'No image is left, so nothing is measured.')
}
