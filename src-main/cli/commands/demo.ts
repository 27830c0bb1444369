import { join, resolve } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { HeadlightError } from '@shared/errors'
import type { RunInfo } from '@shared/api'
import type { MethodId } from '@shared/methods'
import { drawContactSheet } from '../../figures/contact-sheet'
import { topHeads } from '../../figures/top-heads'
import { findDemo } from '../../service/places'
import { chooseExamples } from '../choose-examples'
import { type Command, EXIT } from '../command'
import { openOrCreate } from '../open-project'
import { text } from '../options'
import { performRun } from '../perform-run'
import { printRun, statusOfRun } from './run'
import { printHeads, printLocalisation } from './stats'

const SHEET_METHOD: MethodId = 'gmar_l1'

export const demo: Command = {
  name: 'demo',
  summary: 'The demo model over the demo images: a project, statistics and a figure.',
  usage: '[--out DIR] [--json]',
  options: { out: { type: 'string' } },
  arguments: 0,
  async execute(context) {
    const { options, output, backend } = context
    const demo = findDemo()
    if (!demo) throw new HeadlightError('not-found', 'The demo model is not beside this program.')
    const out = resolve(text(options, 'out') ?? 'demo-output')
    await mkdir(out, { recursive: true })

    const { path } = await openOrCreate(backend(), join(out, 'Demo.headlight'))
    const { run, cost } = await performRun(context, { ...demo, name: 'Demo' })
    if (cost.images === 0 && run.state === 'finished') output.note('All images were computed by an earlier demo.')
    printRun(output, run, cost, await backend().library.errorGroups(run.id))
    const status = statusOfRun(output, run)
    if (status !== EXIT.done) return status

    const { library } = backend()
    const heads = await library.headStatistics(run.id, 'class', '', 'l1')
    const localisation = await library.localisation(run.id, '')
    const sheet = join(out, 'contact-sheet.png')
    await drawContactSheet(sheet, {
      run,
      method: SHEET_METHOD,
      rows: await chooseExamples(library, run, SHEET_METHOD),
      picture: ({ file }) => backend().compute.acquire().inputPicture(file, run.definition.preprocessing),
    })

    output.line()
    printHeads(output, heads)
    output.line()
    printLocalisation(output, localisation)
    output.line()
    output.line(`project   ${path}`)
    output.line(`figure    ${sheet}`)
    output.line(`open it   npm start, or: npm run headlight -- serve --project ${shellWord(path)}`)
    output.document({
      ...{ project: path, figure: sheet, run: summary(run), images: cost.images, seconds: cost.seconds },
      imagesPerSecond: cost.images > 0 ? cost.images / cost.seconds : null,
      topHeads: heads.groups.map((group) => ({ group: group.name, heads: topHeads(group, heads.heads, 3) })),
      localisation,
    })
    return EXIT.done
  },
}

function summary({ id, name, state, total, done, failed, correct, labelled, provider }: RunInfo) {
  return { id, name, state, total, done, failed, correct, labelled, accuracy: correct / labelled, provider }
}

function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
