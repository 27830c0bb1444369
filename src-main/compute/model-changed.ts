import type { ModelInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'

/** The error of a model that is not the one that a run was computed with. */
export function modelChanged({ path }: Pick<ModelInfo, 'path'>): HeadlightError {
  const message = `${path} is not the file that this run began with; put that one back, or start a new run.`
  return new HeadlightError('model-changed', message)
}
