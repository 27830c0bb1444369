import type { RunInfo } from '@shared/api'
import type { SampleQuestion } from '../compute/api'
import type { SampleLocation } from '../datasets/location'

/** A sample as its run sees it: the same model, output, tower and preprocessing. */
export function sampleQuestion({ definition, model }: RunInfo, file: SampleLocation): SampleQuestion {
  const { modelPath, output, tower, task, preprocessing } = definition
  return { modelPath, expectedHash: model.hash, output, tower, task, preprocessing, file }
}
