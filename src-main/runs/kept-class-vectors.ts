/** The project's own copies of class vectors, each with its backup: a run goes on when the file that it began with has moved. */
import type { ModelChoice, RunDefinition } from '@shared/api'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { CLASS_VECTORS_FOLDER, keptClassVectors } from '@shared/kept-class-vectors'
import { placeBackup, placeCopy } from '../library/project/place-class-vectors'
import { isRegularFile } from '@headlight/explain/files'
import type { ComputeSource } from './compute-source'

/**
 * Copies the vectors of a definition into the project, once.
 * @param choice of the model, as the run was asked for
 * @throws HeadlightError 'model-changed' where the file changed meanwhile, 'not-writable'
 */
export async function keepClassVectors(
  project: string,
  { classVectors, modelPath }: RunDefinition,
  choice: ModelChoice,
  compute: ComputeSource,
): Promise<void> {
  if (!classVectors || !choice.classes) return
  const copy = keptClassVectors(project, classVectors.hash)
  if (isRegularFile(copy)) return
  const made = await compute.acquire().classVectorsFile(modelPath, choice)
  if (made?.hash !== classVectors.hash) {
    throw new HeadlightError('model-changed', `${choice.classes.path} changed while the run began; start it again.`)
  }
  try {
    await placeCopy(project, classVectors.hash, made.bytes)
    await placeBackup(project, classVectors.hash, made.bytes)
  } catch (cause) {
    const { message } = toErrorValue(cause)
    throw new HeadlightError('not-writable', `The class vectors could not be copied into the project (${message}).`, {
      cause,
    })
  }
}

/** What of its model a run explains, with the project's copy of its class vectors. Throws 'not-found' where that is gone. */
export function choiceOfRun(
  { output, tower, features, classVectors }: RunDefinition,
  project: string | null,
): ModelChoice {
  if (!classVectors) return { output, tower }
  const { hash, source } = classVectors
  const copy = project === null ? null : keptClassVectors(project, hash)
  if (copy === null || !isRegularFile(copy)) {
    throw new HeadlightError(
      'not-found',
      `The project's copy of the class vectors is not there any more (${CLASS_VECTORS_FOLDER}/${hash}.safetensors, made of ${source}); begin the same run again with that file, and it is copied anew.`,
    )
  }
  return { output, tower, features, classes: { path: copy, source, hash } }
}
