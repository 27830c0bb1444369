/** What the contract asks for, as it is measured. */
import type { EvaluationRequest as AskedRequest, MapsRequest, RunInfo, SampleRow } from '@shared/api'
import { FILLS, partsOf } from '@shared/evaluation/metrics'
import type { AblationRequest } from './ablation-request'
import type { EvaluationRequest } from './evaluate-run'

export function mapsOf<Sample = SampleRow>(
  run: RunInfo,
  samples: readonly Sample[],
  request: MapsRequest,
): EvaluationRequest<Sample> {
  const { metrics, methods, fill, steps } = request
  const { labelMapping } = run.definition
  const parts = partsOf(metrics, fill === 'both' ? FILLS : [fill])
  return { run, samples, parts, methods, settings: { steps, labelMapping } }
}

export function headsOf(
  run: RunInfo,
  samples: readonly SampleRow[],
  { kind, withPruning }: Extract<AskedRequest, { what: 'heads' }>,
): AblationRequest {
  return { run, samples, kind, withPruning }
}
