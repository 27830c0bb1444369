/** The second demo: what can be asked beside a class of a classifier, with small models over the same kind of pictures. */
import { join, resolve } from 'node:path'
import type { StartRun } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import { makeFolder } from '../library/project/make-folder'
import { findQuestionsDemo, type QuestionsDemo } from '../service/places'
import { printRun, statusOfRun } from './commands/run'
import { type CommandContext, EXIT } from './command'
import { openIt } from './open-it'
import { openOrCreate } from './open-project'
import { text } from './options'
import { performRun } from './perform-run'

export async function executeQuestions(context: CommandContext): Promise<number> {
  const { options, output, backend } = context
  const demo = findQuestionsDemo()
  if (!demo) throw new HeadlightError('not-found', 'The models of the second demo are not beside this program.')
  const out = resolve(text(options, 'out') ?? 'demo-output')
  makeFolder(out)
  const { path } = await openOrCreate(backend(), join(out, 'Questions.headlight'))
  const runs = []
  for (const { why, ...request } of questions(demo)) {
    output.line(why)
    const { run, cost } = await performRun(context, request)
    printRun(output, run, cost, await backend().library.runs.errors({ runId: run.id }))
    output.line()
    const status = statusOfRun(output, run)
    if (status !== EXIT.done) return status
    const { id, name, total, done, failed, correct, labelled } = run
    runs.push({ id, name, total, done, failed, correct, labelled, images: cost.images, seconds: cost.seconds })
  }
  output.line(`project   ${path}`)
  output.line(await openIt(path))
  output.document({ project: path, runs })
  return EXIT.done
}

function questions({ dataPath, masksPath, twoTowers, detector, swin }: QuestionsDemo): (StartRun & { why: string })[] {
  const { modelPath, clothes, colours } = twoTowers
  const pictures = { dataPath, masksPath }
  return [
    {
      why: 'Which of these clothes? Classes are prompts, two templates each, that nobody trained a classifier for.',
      ...{ ...pictures, name: 'Prompts: clothes', modelPath, classes: { path: clothes, prompts: true } },
    },
    {
      why: 'Which colour? The same two towers with other prompts; the pictures have no labels of colours.',
      ...{ ...pictures, name: 'Prompts: colours', modelPath, classes: { path: colours, prompts: true } },
      labelSource: 'none',
    },
    {
      why: 'Where is the object of the label? A detector, explained at its surest query of that class, with its box.',
      ...{ ...pictures, name: 'Detector', modelPath: detector.modelPath, target: { kind: 'label' } },
    },
    {
      why: 'Through shifted windows and stages: a Swin, whose maps go back to the 14 x 14 tokens that it begins with.',
      ...{ ...pictures, name: 'Swin', modelPath: swin.modelPath },
    },
  ]
}
