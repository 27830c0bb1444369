import type { SampleRow } from '@shared/api'
import type { Output } from './output'

const EXAMPLES = 3

/** Says which images could not be read, and that they count nowhere. */
export function sayUnread(
  output: Output,
  samples: readonly SampleRow[],
  errors: readonly { id: number; message: string }[],
): void {
  if (errors.length === 0) return
  const pathOf = new Map(samples.map(({ id, path }) => [id, path]))
  output.note(`${errors.length} of ${samples.length} images could not be read, and count nowhere:`)
  for (const { id, message } of errors.slice(0, EXAMPLES)) output.note(`  ${pathOf.get(id)}: ${message}`)
}
