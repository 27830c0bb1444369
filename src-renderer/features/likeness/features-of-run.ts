import type { RunInfo } from '@shared/api'

/**
 * What pictures of a run can be compared by: 'picture' where the model or the run says it, 'tokens' where one chooses how
 * they become one vector; null where the model gives no features.
 */
export function featuresOfRun({
  model,
  definition,
}: Pick<RunInfo, 'model' | 'definition'>): 'picture' | 'tokens' | null {
  if (model.classVectors) return 'picture'
  const features = model.features ?? []
  if (features.some(({ tokens }) => tokens === null) || (features.length > 0 && definition.features)) return 'picture'
  return features.length > 0 ? 'tokens' : null
}
