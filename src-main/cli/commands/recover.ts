import { resolve } from 'node:path'
import type { ProjectInfo, UnclaimedRun } from '@shared/api'
import { type CommandContext, EXIT } from '../command'
import { required, wholeNumber } from '../options'
import { usage } from '../usage'

export async function execute(context: CommandContext): Promise<number> {
  const { options, output, backend } = context
  const [restore, remove] = [wholeNumber(options, 'restore', 0), wholeNumber(options, 'remove', 0)]
  if (restore !== undefined && remove !== undefined) throw usage('recover takes --restore N or --remove N, not both.')
  const { library } = backend()
  const opened = await library.project.open({ path: resolve(required(options, 'project')) })
  for (const notice of opened.notices) output.note(notice)
  if (restore !== undefined) return done(context, await library.runs.restore({ runId: restore }), 'restored', restore)
  if (remove !== undefined)
    return done(context, await library.runs.removeUnclaimed({ runId: remove }), 'removed', remove)
  output.document({ unclaimed: opened.unclaimed })
  for (const results of opened.unclaimed) output.line(lineOf(results))
  if (opened.unclaimed.length === 0) output.line('All results belong to runs of the project.')
  return EXIT.done
}

function done(
  { output }: CommandContext,
  { unclaimed }: ProjectInfo,
  what: 'restored' | 'removed',
  id: number,
): number {
  output.document({ [what]: id, unclaimed })
  output.line(what === 'restored' ? `run ${id} is a run of the project again` : `the results of run ${id} are removed`)
  return EXIT.done
}

function lineOf({ id, name, samples, dataset, restorable }: UnclaimedRun): string {
  const end = restorable ? '' : '; no copy of its definition was kept, so they can only be removed'
  return `run ${id}  ${name}: results of ${samples} images${dataset === null ? '' : ` of ${dataset}`}${end}`
}
