/** The table of an evaluation of maps: a row a method and control, a column a metric; as text for files. */
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { againstRollout, type Told } from './against-rollout'
import type { MapEvaluation } from './map-evaluation'
import { CONTROL_NAMES, METRIC_NAMES } from './metric-names'
import { CONTROLS, type ControlId, isControl, type MetricId, MORE_IS_BETTER } from './metrics'
import { ranksOf } from './ranking'
import type { MethodSummary } from './summarise'
import { survivesShuffling, unbeaten } from './verdict'

export interface TableCell {
  metric: MetricId
  summary: MethodSummary
  /** Among the methods, 1 for the best; null for controls. */
  rank: number | null
  /** Against plain rollout; null for itself and for controls. */
  told: Told | null
  /** Controls that it is not shown to beat; of randomisation 'next' where it is as unlike itself as the next image's map. */
  unbeaten: (ControlId | 'next')[]
}

export interface TableRow {
  /** A method, a control, or `METHOD:next`, `METHOD:centre`. */
  column: string
  name: string
  control: boolean
  /** One a metric; null where the metric has no such row. */
  cells: (TableCell | null)[]
}

export interface EvaluationTable {
  metrics: { id: MetricId; name: string; better: 'higher' | 'lower' }[]
  rows: TableRow[]
}

/** Metrics with the controls `random` and `centre`, or those of randomisation, whose controls are each method's own. */
export function evaluationTable(
  { summary, methods }: MapEvaluation,
  kind: 'faithfulness' | 'randomisation',
): EvaluationTable {
  const isRandomisation = (metric: string) => metric.startsWith('randomisation')
  const metrics = (Object.keys(summary.metrics) as MetricId[]).filter(
    (metric) => isRandomisation(metric) === (kind === 'randomisation'),
  )
  const controls =
    kind === 'faithfulness'
      ? [...CONTROLS]
      : (['next', 'centre'] as const).flatMap((of) => methods.map((m) => `${m}:${of}`))
  const rows = [...methods, ...controls].map((column): TableRow => {
    const cells = metrics.map((metric): TableCell | null => {
      const own = summary.metrics[metric]![column]
      if (own === undefined) return null
      const isMethod = !isControl(column) && !column.includes(':')
      const ranks = isMethod ? ranksOf(summary, metric, methods) : null
      return {
        ...{ metric, summary: own },
        rank: ranks?.[methods.indexOf(column as MethodId)] ?? null,
        told: isMethod ? (againstRollout(summary, metric, column)?.told ?? null) : null,
        unbeaten: !isMethod
          ? []
          : kind === 'faithfulness'
            ? unbeaten(summary, metric, column)
            : survivesShuffling(summary, metric, column)
              ? ['next']
              : [],
      }
    })
    return { column, name: columnName(column), control: isControl(column) || column.includes(':'), cells }
  })
  return {
    metrics: metrics.map((id) => ({ id, name: METRIC_NAMES[id], better: MORE_IS_BETTER[id] ? 'higher' : 'lower' })),
    rows: rows.filter(({ cells }) => cells.some((cell) => cell !== null)),
  }
}

export function columnName(column: string): string {
  if (isControl(column)) return CONTROL_NAMES[column]
  const [method, control] = column.split(':') as [MethodId, 'next' | 'centre' | undefined]
  const { name } = METHODS[method]
  return control === undefined ? name : `${name}: ${CONTROL_NAMES[control]}`
}

/** One line a metric and row, for statistics elsewhere: numbers in full. */
export function evaluationCsv(evaluation: MapEvaluation): string {
  const lines = [
    [
      'metric',
      'better',
      'map',
      'mean',
      'low',
      'high',
      'missing',
      'n',
      'rank',
      'against_rollout',
      'rollout_difference',
      'rollout_low',
      'rollout_high',
      'not_shown_to_beat',
    ],
  ]
  for (const kind of ['faithfulness', 'randomisation'] as const) {
    const { metrics, rows } = evaluationTable(evaluation, kind)
    metrics.forEach(({ id, better }, at) => {
      for (const { column, cells } of rows) {
        const cell = cells[at]
        if (!cell) continue
        const { mean, low, high, missing } = cell.summary
        const against = cell.rank === null ? null : againstRollout(evaluation.summary, id, column)
        const difference =
          against === null
            ? ['', '', '']
            : [against.difference.mean, against.difference.low, against.difference.high].map(number)
        lines.push([
          id,
          better,
          column,
          number(mean),
          number(low),
          number(high),
          String(missing),
          String(evaluation.n),
          cell.rank === null ? '' : String(cell.rank),
          cell.told ?? '',
          ...difference,
          cell.unbeaten.join(' '),
        ])
      }
    })
  }
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** A table for a paper: means with intervals, the best of each metric in bold, what is not told from rollout marked. */
export function evaluationLatex(evaluation: MapEvaluation): string {
  const tables = (['faithfulness', 'randomisation'] as const).map((kind) => evaluationTable(evaluation, kind))
  return tables
    .filter(({ metrics }) => metrics.length > 0)
    .map(({ metrics, rows }) => {
      const heads = metrics.map(
        ({ name, better }) => `${escape(name)} $\\${better === 'higher' ? 'uparrow' : 'downarrow'}$`,
      )
      const body = rows.flatMap(({ name, control, cells }, at) => {
        const line = [escape(name), ...cells.map((cell) => (cell === null ? '' : latexCell(cell)))].join(' & ')
        return [...(control && !rows[at - 1]?.control ? ['\\midrule'] : []), `${line} \\\\`]
      })
      const note = `Means over ${evaluation.n} images with 95\\,\\% intervals (bootstrap over images). Bold: best mean of the methods. $^{\\circ}$: not told from plain rollout. $^{\\dagger}$: not shown to beat both controls.`
      return [
        '\\begin{table}',
        '\\centering',
        `\\begin{tabular}{l${'c'.repeat(metrics.length)}}`,
        '\\toprule',
        ` & ${heads.join(' & ')} \\\\`,
        '\\midrule',
        ...body,
        '\\bottomrule',
        '\\end{tabular}',
        `\\caption{${note}}`,
        '\\end{table}',
        '',
      ].join('\n')
    })
    .join('\n')
}

function latexCell({ summary, rank, told, unbeaten: controls }: TableCell): string {
  const mean = Number.isNaN(summary.mean) ? '--' : summary.mean.toFixed(3)
  const interval = Number.isNaN(summary.low)
    ? ''
    : ` {\\scriptsize (${summary.low.toFixed(3)}, ${summary.high.toFixed(3)})}`
  const marks = `${told === 'same' ? '\\circ' : ''}${controls.length > 0 ? '\\dagger' : ''}`
  return `${rank === 1 ? `\\textbf{${mean}}` : mean}${marks && `$^{${marks}}$`}${interval}`
}

const number = (value: number) => (Number.isNaN(value) ? '' : String(value))
const escape = (text: string) =>
  text
    .replaceAll('−', '$-$')
    .replaceAll('’', "'")
    .replaceAll(/[%&_#]/g, (mark) => `\\${mark}`)
