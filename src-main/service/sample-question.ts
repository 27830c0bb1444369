import type { RunInfo } from '@shared/api'
import type { SampleQuestion } from '../compute/api'
import type { SampleLocation } from '../datasets/location'
import type { Library } from '../runs/compute-source'
import { choiceOfRun } from '../runs/kept-class-vectors'

/** A sample as its run sees it: the same model, output, tower, class vectors and preprocessing. */
export async function sampleQuestion(
  library: Library,
  { definition, model }: RunInfo,
  file: SampleLocation,
): Promise<SampleQuestion> {
  const { modelPath, task, noObject, preprocessing } = definition
  const choice = choiceOfRun(definition, (await library.project.current())?.path ?? null)
  return { ...choice, modelPath, expectedHash: model.hash, task, noObject, preprocessing, file }
}
