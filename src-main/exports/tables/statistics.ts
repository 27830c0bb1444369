import { HEAD_GROUPINGS } from '@shared/api'
import type { HeadGroup, HeadNumber, HeadStatistics } from '@shared/api'
import { headIndexes } from '@headlight/explain/report'
import { aboutExport } from '../about'
import type { Chosen, ExportSource } from '../source'
import type { CellValue, Column, Table, TableBlock } from '../table'

const QUANTILES = ['q05', 'q25', 'q50', 'q75', 'q95']

const COLUMNS: readonly Column[] = [
  {
    name: 'norm',
    type: 'text',
    meaning: 'Which scores the weights come from: l1 or l2; taylor where the numbers are of sum A o G itself.',
  },
  {
    name: 'by',
    type: 'text',
    meaning:
      'How samples are grouped: all, class (that of their label), label (as the dataset writes it), split, prediction, correct.',
  },
  { name: 'group', type: 'text', meaning: 'Name of the group.' },
  { name: 'group_key', type: 'text', meaning: 'Key of the group; the class index where groups are classes.' },
  { name: 'samples', type: 'int32', meaning: 'Samples in the group.' },
  { name: 'layer', type: 'int32', meaning: 'Layer, from 0.' },
  { name: 'head', type: 'int32', meaning: 'Head, from 0.' },
  {
    name: 'mean',
    type: 'float32',
    meaning: 'Mean head weight, scores divided by their sum over the heads of the layer; or mean sum A o G.',
  },
  { name: 'std', type: 'float32', meaning: 'Standard deviation of the weight, or of sum A o G.' },
  ...QUANTILES.map((name): Column => ({
    name,
    type: 'float32',
    meaning: `Quantile 0.${name.slice(1)} of the weight, or of sum A o G.`,
  })),
  {
    name: 'top_share',
    type: 'float32',
    meaning: 'Share of samples in which the head ranks first in its layer, of sum A o G by magnitude, 0 to 1.',
  },
]

/** Statistics of head weights, a head of a group a row. */
export async function statisticsTable(source: ExportSource, { run, filter }: Chosen): Promise<Table> {
  const { norms, taylor } = await source.library.samples.columnFacts({ runId: run.id })
  const numbers: HeadNumber[] = [...norms, ...(taylor ? (['taylor'] as const) : [])]
  const asked = numbers.flatMap((norm) => HEAD_GROUPINGS.map((by) => ({ norm, by })))
  return {
    what: 'statistics',
    columns: COLUMNS,
    about: aboutExport(source.program, source.project, run, filter),
    total: asked.length,
    async *blocks() {
      for (const { norm, by } of asked) {
        const statistics = await source.library.statistics.heads({ runId: run.id, by, filter, norm })
        const last = statistics.groups.length - 1
        for (const [i, group] of statistics.groups.entries())
          yield groupBlock(statistics, by, group, i === last ? 1 : 0)
        if (last < 0) yield { rows: 0, read: 1, values: COLUMNS.map(() => []) }
      }
    },
  }
}

function groupBlock(statistics: HeadStatistics, by: string, group: HeadGroup, read: number): TableBlock {
  const { layers, heads, norm } = statistics
  const size = layers * heads
  const indexes = headIndexes(statistics)
  const all = (value: CellValue) => indexes.map(() => value)
  const of = (values: Float32Array) => indexes.map((i) => values[i]!)
  return {
    rows: indexes.length,
    read,
    values: [
      all(norm),
      all(by),
      all(group.name),
      all(group.key),
      all(group.count),
      indexes.map((i) => Math.floor(i / heads)),
      indexes.map((i) => i % heads),
      of(group.mean),
      of(group.std),
      ...QUANTILES.map((_, q) => of(group.quantiles.subarray(q * size, (q + 1) * size))),
      of(group.topShare),
    ],
  }
}
