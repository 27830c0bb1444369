import { resolve } from 'node:path'
import type { ModelChoice } from '@shared/api'
import type { ChosenFiles, InspectedModel } from '../compute/api'
import { assertSupported } from '../compute/supported'
import type { CommandContext } from './command'

/** Inspects the model that the command line names, and says what was made of it. Throws 'unsupported-model' with every reason. */
export async function supportedModel(
  context: CommandContext,
  path: string,
  choice: ModelChoice = {},
  files: ChosenFiles = {},
): Promise<InspectedModel> {
  const model = await context
    .backend()
    .compute.acquire()
    .inspect(resolve(path), { ...choice, files })
  assertSupported(model)
  if (model.noMaps !== undefined) context.output.note(`Head scores and no maps: ${model.noMaps}`)
  for (const note of model.notes ?? []) context.output.note(note)
  return model
}
