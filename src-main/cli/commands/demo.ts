import { join, resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { RunInfo } from '@shared/api'
import { writeFigure } from '../../figures/figure'
import { topHeads } from '../../figures/top-heads'
import { makeFolder } from '../../library/project/make-folder'
import { findDemo } from '../../service/places'
import type { Backend } from '../../service/backend'
import { DEMO_FIGURES } from '../demo-figures'
import { drawFigure } from '../exports/figure'
import { writeWhole } from '../exports/kind'
import { type CommandContext, EXIT } from '../command'
import { executeQuestions } from '../demo-questions'
import { openOrCreate } from '../open-project'
import { text } from '../options'
import { openIt } from '../open-it'
import { performRun } from '../perform-run'
import { printRun, statusOfRun } from './run'
import { printHeads, printLocalisation } from './stats'

export async function execute(context: CommandContext): Promise<number> {
  const { options, output, backend } = context
  if (options.questions === true) return executeQuestions(context)
  const demo = findDemo()
  if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
  const out = resolve(text(options, 'out') ?? 'demo-output')
  makeFolder(out)

  const { path } = await openOrCreate(backend(), join(out, 'Demo.headlight'))
  const { run, cost } = await performRun(context, { ...demo, name: 'Demo' })
  if (cost.images === 0 && run.state === 'finished') output.note('All images were computed by an earlier demo.')
  printRun(output, run, cost, await backend().library.runs.errors({ runId: run.id }))
  const status = statusOfRun(output, run)
  if (status !== EXIT.done) return status

  const { library } = backend()
  const heads = await library.statistics.heads({ runId: run.id, by: 'class', filter: '', norm: 'l1' })
  const localisation = await library.statistics.localisation({ runId: run.id, filter: '' })
  const figures = await writeFigures(backend(), out)

  output.line()
  printHeads(output, heads)
  output.line()
  printLocalisation(output, localisation)
  output.line()
  output.line(`project   ${path}`)
  for (const file of figures) output.line(`figure    ${file}`)
  output.line(await openIt(path))
  output.document({
    ...{ project: path, figures, run: summary(run), images: cost.images, seconds: cost.seconds },
    imagesPerSecond: cost.images > 0 ? cost.images / cost.seconds : null,
    topHeads: heads.groups.map((group) => ({ group: group.name, heads: topHeads(group, heads, 3) })),
    localisation,
  })
  return EXIT.done
}

/** Draws the demo's figures as PDF and PNG, and saves their recipes in the project. */
async function writeFigures(backend: Backend, folder: string): Promise<string[]> {
  const files: string[] = []
  for (const recipe of DEMO_FIGURES) {
    await backend.library.figures.save({ recipe })
    const stem = join(folder, recipe.name.toLowerCase().replaceAll(' ', '-'))
    const { figure } = await drawFigure(backend, recipe, stem)
    for (const format of ['pdf', 'png'] as const) {
      const { out } = await writeWhole(`${stem}.${format}`, await writeFigure(figure, format))
      files.push(out)
    }
  }
  return files
}

function summary({ id, name, state, total, done, failed, correct, labelled, provider }: RunInfo) {
  return { id, name, state, total, done, failed, correct, labelled, accuracy: correct / labelled, provider }
}
