import type { RunInfo } from '@shared/api'
import type { ComputeSource, Library } from '../compute-source'
import { choiceOfRun } from '../kept-class-vectors'
import type { ComputeSession } from './in-chunks'

/** The run's model, loaded for switching off heads. Throws what `ComputeApi.prepareAblation` throws. */
export async function openAblation(
  { definition, model }: RunInfo,
  { library, compute }: { library: Library; compute: ComputeSource },
): Promise<ComputeSession> {
  const { modelPath, task, preprocessing, provider, precision, settings } = definition
  const choice = choiceOfRun(definition, (await library.project.current())?.path ?? null)
  const api = compute.acquire()
  const { session } = await api.prepareAblation({
    ...choice,
    ...{ modelPath, task, preprocessing, provider, precision, settings, expectedHash: model.hash },
  })
  return { api, id: session }
}
