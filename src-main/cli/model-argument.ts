import { resolve } from 'node:path'
import type { ModelChoice, ModelFiles, ModelInfo } from '@shared/api'
import { assertSupported } from '../runs/plan'
import type { CommandContext } from './command'

/** Inspects the model that the command line names, and says what was made of it. Throws 'unsupported-model' with every reason. */
export async function supportedModel(
  context: CommandContext,
  path: string,
  choice: ModelChoice = {},
): Promise<ModelInfo & ModelFiles> {
  const model = await context.backend().compute.acquire().inspect(resolve(path), choice)
  assertSupported(model)
  for (const note of model.notes ?? []) context.output.note(note)
  return model
}
