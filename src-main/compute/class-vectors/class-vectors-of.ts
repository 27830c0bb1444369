/** The class vectors that a choice names. */
import { HeadlightError } from '@shared/errors'
import type { ClassVectorsFile, ModelChoice } from '@shared/api'
import type { TextFiles } from '../json-file'
import { embedPrompts, promptVectors } from '../prompts/prompt-vectors'
import { pictureVectors } from './picture-vectors'
import { type ReadClassVectors, readClassVectors } from './read-class-vectors'

/**
 * Class vectors from their file, or made by the model itself: of prompts by its text tower, of pictures by its features.
 * @param choice of the model, for pictures
 * @throws HeadlightError what reading them throws; 'model-changed' where they are not those that are expected
 */
export async function classVectorsOf(
  { path: file, kind, source, hash, prompts, typed, like }: ClassVectorsFile,
  model: string,
  choice: ModelChoice = {},
  texts?: TextFiles,
): Promise<ReadClassVectors> {
  const vectors = like
    ? await pictureVectors(model, { path: file, like }, choice, texts)
    : typed
      ? await embedPrompts(model, typed, source ?? file, texts)
      : prompts
        ? await promptVectors(model, file, source, texts)
        : await readClassVectors(file, { kind, source })
  if (hash === undefined || vectors.hash === hash) return vectors
  throw new HeadlightError(
    'model-changed',
    `${file} does not hold the class vectors that this run began with; put those back, or start a new run.`,
  )
}
