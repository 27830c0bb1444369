import { VisuallyHidden } from '@mantine/core'
import {
  evaluationTable,
  type EvaluationTable,
  type TableCell,
  type TableRow,
} from '@shared/evaluation/evaluation-table'
import type { MapEvaluation } from '@shared/evaluation/map-evaluation'
import { CONTROL_NAMES } from '@shared/evaluation/metric-names'
import { listed, plainNumber } from '@shared/evaluation/words'
import { useMemo } from 'react'
import { formatValue } from '../../ui/format'
import classes from './MethodsScreen.module.css'

interface MetricCardsProps {
  evaluation: MapEvaluation
  kind: Parameters<typeof evaluationTable>[1]
  title: string
  /** What the signs in its tables mean. */
  signs: string
}

/** A table a metric: methods, then controls, each with its interval on one axis. Nothing where no metric of this kind was evaluated. */
export function MetricCards({ evaluation, kind, title, signs }: MetricCardsProps) {
  const table = useMemo(() => evaluationTable(evaluation, kind), [evaluation, kind])
  if (table.metrics.length === 0) return null
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.notes}>{signs}</p>
      <div className={classes.cards}>
        {table.metrics.map((metric, at) => (
          <MetricCard
            key={metric.id}
            metric={metric}
            n={evaluation.n}
            rows={table.rows.flatMap((row) => (row.cells[at] ? [{ row, cell: row.cells[at] }] : []))}
          />
        ))}
      </div>
    </section>
  )
}

interface MetricCardProps {
  metric: EvaluationTable['metrics'][number]
  n: number
  rows: { row: TableRow; cell: TableCell }[]
}

function MetricCard({ metric: { name, better }, n, rows }: MetricCardProps) {
  const ends = rows
    .flatMap(({ cell: { summary } }) => [summary.low, summary.high, summary.mean])
    .filter(Number.isFinite)
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
  const place = (value: number) => (high > low ? ((value - low) / (high - low)) * 100 : 50)
  return (
    <table className={classes.card} aria-label={name}>
      <caption>
        {name[0]!.toUpperCase() + name.slice(1)}
        <small>
          {better === 'higher' ? '↑' : '↓'} {better} is better
        </small>
      </caption>
      <thead>
        <VisuallyHidden component="tr">
          <th scope="col">Map</th>
          <th scope="col">Interval</th>
          <th scope="col">Mean</th>
          <th scope="col">Rank</th>
        </VisuallyHidden>
      </thead>
      <tbody>
        {rows.map(({ row, cell }) => (
          <Line key={row.column} row={row} cell={cell} n={n} place={place} />
        ))}
      </tbody>
    </table>
  )
}

interface LineProps {
  row: TableRow
  cell: TableCell
  n: number
  /** Percent of the axis. */
  place: (value: number) => number
}

function Line({ row, cell, n, place }: LineProps) {
  const { summary, rank, told, unbeaten } = cell
  const { mean, low, high, missing } = summary
  const interval = `95 % from ${plainNumber(low)} to ${plainNumber(high)}`
  return (
    <tr data-control={row.control || undefined} data-best={rank === 1 || undefined}>
      <th scope="row">
        {row.name}
        {missing > 0 && (
          <small title="Images for which it is not defined">
            {missing === n ? 'not defined' : `${missing} missing`}
          </small>
        )}
      </th>
      <td className={classes.axis}>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={interval}>
          <title>{interval}</title>
          <line className={classes.zero} x1={place(0)} x2={place(0)} y1={0} y2={10} />
          {Number.isFinite(mean) && (
            <>
              <line className={classes.whisker} x1={place(low)} x2={place(high)} y1={5} y2={5} />
              <line className={classes.dot} x1={place(mean)} x2={place(mean)} y1={1.5} y2={8.5} />
            </>
          )}
        </svg>
      </td>
      <td className={classes.mean}>{Number.isFinite(mean) ? formatValue(mean).replace('-', '−') : '–'}</td>
      <td className={classes.marks}>
        {rank !== null && <span className={classes.rank}>{Number.isInteger(rank) ? rank : rank.toFixed(1)}</span>}
        {told === 'same' && <Mark sign="○" words="not told from plain rollout" />}
        {unbeaten.length > 0 && (
          <Mark sign="†" words={`not shown to beat ${listed(unbeaten.map((control) => CONTROL_NAMES[control]))}`} />
        )}
      </td>
    </tr>
  )
}

function Mark({ sign, words }: { sign: string; words: string }) {
  return (
    <span className={classes.mark} title={words[0]!.toUpperCase() + words.slice(1)}>
      <span aria-hidden>{sign}</span>
      <VisuallyHidden>, {words}</VisuallyHidden>
    </span>
  )
}
