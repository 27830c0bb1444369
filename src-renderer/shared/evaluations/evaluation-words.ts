import { METHODS } from '@headlight/explain/methods'
import type { EvaluationInfo, EvaluationRequest } from '@shared/api'
import { METRIC_GROUP_NAMES } from '@shared/evaluation/metric-names'
import { listed } from '@shared/evaluation/words'
import { formatCount, formatDuration } from '../../ui/format'

export const FILL_NAMES = { zero: 'set to zero', mean: 'set to their mean', uniform: 'attending evenly' } as const

/** "1 image", "1,000 images". */
export const imagesInWords = (count: number): string => `${formatCount(count)} ${count === 1 ? 'image' : 'images'}`

/** "100 images: deletion, SaCo; 8 methods", "100 images of label:Shirt: heads set to zero, pruning". */
export function evaluationName({ request, samples }: Pick<EvaluationInfo, 'request' | 'samples'>): string {
  const of = request.filter.trim() === '' ? '' : ` of ${request.filter.trim()}`
  return `${imagesInWords(samples)}${of}: ${whatOf(request)}`
}

function whatOf(request: EvaluationRequest): string {
  if (request.what === 'heads') return `heads ${FILL_NAMES[request.kind]}${request.withPruning ? ', pruning' : ''}`
  const { metrics, methods, fill } = request
  const metricNames = metrics.map((metric) => METRIC_GROUP_NAMES[metric])
  const methodNames = methods.length > 2 ? `${methods.length} methods` : listed(methods.map((id) => METHODS[id].name))
  return `${listed(metricNames)}${fill === 'both' ? '' : `, ${fill} fill`}; ${methodNames}`
}

/** Where it is: "12 of 100 images, 3 min left". */
export function evaluationProgress({ phase, done, total, secondsLeft, state }: EvaluationInfo): string {
  if (state === 'queued') return 'Waits for another evaluation'
  const parts = [
    phase,
    `${formatCount(done)} of ${formatCount(total)} images`,
    secondsLeft === null ? null : `${formatDuration(secondsLeft)} left`,
  ]
  return parts.filter(Boolean).join(', ')
}
