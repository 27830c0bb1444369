import { HeadlightError } from '@shared/errors'
import type { LabelSource } from './source'

/** For a dataset that has neither folders nor tables to choose labels from. */
export function noSuchSource(root: string, source: LabelSource): HeadlightError {
  const asked = typeof source === 'number' ? `folder level ${source}` : `table ${source}`
  return new HeadlightError('usage', `${root} has no ${asked}; its labels are where they are, or "none".`)
}
