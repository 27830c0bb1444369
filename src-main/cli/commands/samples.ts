import { readSort, SORT_KEYS, type SortKey } from '@shared/api'
import { className } from '@shared/class-name'
import { type CommandContext, EXIT } from '../command'
import { openRun } from '../open-project'
import { text, wholeNumber } from '../options'
import { usage } from '../usage'
import { table } from '../output'

export async function execute({ options, output, backend }: CommandContext): Promise<number> {
  const sort = sortKey(text(options, 'sort') ?? 'path')
  const limit = wholeNumber(options, 'limit', 1)
  const { id: runId, model, definition } = await openRun(backend(), options)
  const { library } = backend()
  const descending = options.descending === true
  const { ids, total } = await library.samples.query({ runId, filter: text(options, 'filter') ?? '', sort, descending })
  const shown = await library.samples.rows({ runId, ids: ids.slice(0, limit ?? ids.length) })

  const rows = shown.map((row) => ({ ...row, predictionName: className(definition.labels, row.prediction) }))
  output.document({ run: runId, model: model.fileName, total, matching: ids.length, samples: rows })
  const split = rows.some((row) => row.split !== null)
  const cells = rows.map((row) => [
    row.path,
    row.datasetLabel ?? '-',
    row.label === null ? '-' : (row.labelName ?? '-'),
    ...(split ? [row.split ?? '-'] : []),
    row.error ?? row.predictionName ?? '-',
    row.confidence?.toFixed(3) ?? '-',
    row.correct === null ? '-' : row.correct ? 'correct' : 'wrong',
  ])
  output.line(table(['path', 'label', 'class', ...(split ? ['split'] : []), 'prediction', 'confidence', ''], cells))
  output.line(`${rows.length} shown, ${ids.length} match, ${total} in the run`)
  return EXIT.done
}

function sortKey(given: string): SortKey {
  const sort = readSort(given)
  if (sort !== null) return sort
  throw usage(
    `--sort is one of ${SORT_KEYS.join(', ')}, head(layer,head), or a quantity such as taylor(layer,head) and iou(method), not "${given}".`,
  )
}
