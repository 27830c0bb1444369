import type { ModelInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'

/** Throws 'unsupported-model' with every reason. */
export function assertSupported(model: ModelInfo): void {
  if (model.supported) return
  throw new HeadlightError('unsupported-model', `${model.fileName} cannot be explained. ${model.reasons.join(' ')}`)
}
