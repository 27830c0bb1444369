import { resolve } from 'node:path'
import { type CommandContext, EXIT } from '../command'
import { chooseRun } from '../../service/choose-run'
import { required, text } from '../options'
import { usage } from '../usage'
import { table } from '../output'

const MAX_LETTERS = 200

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const name = text(options, 'rename')?.trim()
  const deletes = options.delete === true
  if (name !== undefined && deletes) throw usage('runs takes --rename NAME or --delete, not both.')
  if (name !== undefined && (name === '' || name.length > MAX_LETTERS)) {
    throw usage(`--rename takes a name of 1 to ${MAX_LETTERS} letters.`)
  }
  const { library } = backend()
  let project = await library.project.open({ path: resolve(required(options, 'project')) })
  if (name !== undefined || deletes) {
    const run = chooseRun(project.runs, required(options, 'run'))
    if (name !== undefined) {
      await library.runs.rename({ runId: run.id, name })
      project = (await library.project.current()) ?? project
    } else {
      if (options.yes !== true) {
        throw usage(`“${run.name}” has results of ${run.done} images, which would be gone; add --yes to delete them.`)
      }
      project = await library.runs.delete({ runId: run.id })
    }
  }
  output.document({
    runs: project.runs.map(({ id, name, state, total, done, failed, model, createdAt }) => ({
      ...{ id, name, state, total, done, failed, createdAt },
      model: model.fileName,
    })),
  })
  const rows = project.runs.map(({ id, name, state, total, done }) => [`${id}`, name, state, `${done} of ${total}`])
  output.line(table(['run', 'name', 'state', 'images'], rows))
  return EXIT.done
}
