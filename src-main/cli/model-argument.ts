import { resolve } from 'node:path'
import type { ModelFiles, ModelInfo } from '@shared/api'
import { assertSupported } from '../runs/plan'
import type { CommandContext } from './command'

/** Inspects the model that the command line names. Throws 'unsupported-model' with every reason. */
export async function supportedModel(
  context: CommandContext,
  path: string,
  output?: string,
): Promise<ModelInfo & ModelFiles> {
  const model = await context.backend().compute.acquire().inspect(resolve(path), { output })
  assertSupported(model)
  return model
}
