import { resolve } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { DatasetPlace } from '@shared/api'
import { type CommandContext, EXIT } from '../command'
import { flag, required, text } from '../options'
import { usage } from '../usage'
import { matchLine } from './check'

export async function execute(context: CommandContext): Promise<number> {
  const { options, output, backend } = context
  const [data, model] = [text(options, 'data'), text(options, 'model')]
  if ((data === undefined) === (model === undefined)) throw usage('relink takes --data PATH or --model M.onnx.')
  const { notices } = await backend().library.project.open({ path: resolve(required(options, 'project')) })
  for (const notice of notices) output.note(notice)
  return data === undefined ? relinkModel(context, model ?? '') : relinkData(context, data)
}

async function relinkData({ options, output, backend, signal }: CommandContext, data: string): Promise<number> {
  const { library } = backend()
  const { datasets } = await library.upkeep.places()
  const dataset = choose(datasets, text(options, 'from'))
  const preview = await library.upkeep.previewRelink({ datasetId: dataset.id, path: resolve(data) }, { signal })
  const { match, from, masks } = preview
  const applied = !flag(options, 'dry-run')
  if (applied) await library.upkeep.relink({ plan: preview.plan })
  output.document({ applied, from, match, masks })
  output.line(`${from} -> ${match.root}`)
  output.line(matchLine(match))
  for (const example of match.renamed.examples) output.line(`  ${example}`)
  if (match.missing.count > 0) output.line(`missing: ${match.missing.examples.join(', ')}`)
  if (match.different.count > 0) output.line(`other content: ${match.different.examples.join(', ')}`)
  if (masks) output.line(`masks at ${masks.path}: ${masks.found} of ${masks.total} looked at are there`)
  output.line(applied ? 'relinked; results and annotations are kept' : 'nothing was changed (--dry-run)')
  return EXIT.done
}

/** The dataset that --from names, the only one, or the only one that is gone. */
function choose(datasets: readonly DatasetPlace[], from: string | undefined): DatasetPlace {
  const gone = datasets.filter(({ present }) => !present)
  const candidates =
    from !== undefined ? datasets.filter(({ root }) => root === from) : datasets.length === 1 ? datasets : gone
  const [dataset, ...others] = candidates
  if (dataset !== undefined && others.length === 0) return dataset
  if (datasets.length === 0) throw new HeadlightError('not-found', 'The project has no dataset yet.')
  throw usage(`Choose the dataset with --from: ${datasets.map(({ root }) => root).join(', ')}.`)
}

async function relinkModel({ output, backend }: CommandContext, path: string): Promise<number> {
  const file = resolve(path)
  const { runs } = await backend().library.upkeep.relinkModel({ path: file })
  const moved = runs.filter(({ definition }) => definition.modelPath === file)
  output.document({ model: file, hash: moved[0]?.model.hash, runs: moved.map(({ id, name }) => ({ id, name })) })
  output.line(`${moved.map(({ name }) => name).join(', ')}: the model is at ${file}`)
  return EXIT.done
}
