import { resolve } from 'node:path'
import type { ProjectInfo, UnclaimedRun } from '@shared/api'
import { type Command, type CommandContext, EXIT } from '../command'
import { required, usage, wholeNumber } from '../options'

export const recover: Command = {
  name: 'recover',
  summary: 'Results whose run the project does not know any more: lists them, gives them back, or removes them.',
  usage: '--project P.headlight [--restore N | --remove N] [--json]',
  options: { project: { type: 'string' }, restore: { type: 'string' }, remove: { type: 'string' } },
  arguments: 0,
  async execute(context) {
    const { options, output, backend } = context
    const [restore, remove] = [wholeNumber(options, 'restore', 0), wholeNumber(options, 'remove', 0)]
    if (restore !== undefined && remove !== undefined) throw usage('recover takes --restore N or --remove N, not both.')
    const { library } = backend()
    const opened = await library.open(resolve(required(options, 'project')))
    for (const notice of opened.notices) output.note(notice)
    if (restore !== undefined) return done(context, await library.restoreRun(restore), 'restored', restore)
    if (remove !== undefined) return done(context, await library.removeUnclaimed(remove), 'removed', remove)
    output.document({ unclaimed: opened.unclaimed })
    for (const results of opened.unclaimed) output.line(lineOf(results))
    if (opened.unclaimed.length === 0) output.line('All results belong to runs of the project.')
    return EXIT.done
  },
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
