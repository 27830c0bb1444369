import type { RunInfo, SampleRow } from '@shared/api'
import { withoutResult } from '@shared/without-result'
import { type CSSProperties, memo } from 'react'
import type { SampleMarks } from '../../api/annotation-queries'
import { labelText } from '../../base/label-text'
import { className } from '../../base/class-name'
import { PathName } from '../../ui/PathName'
import { Spoken } from '../../ui/Spoken'
import { confidenceText, isNumber } from '../../ui/confidence-text'
import { isMarked, saidOf, type Terms, TileMarks } from './TileMarks'
import classes from './TileCell.module.css'

interface TileCellProps {
  run: RunInfo
  /** Undefined until it has arrived. */
  row: SampleRow | undefined
  /** In the result. */
  place: number
  column: number
  /** Edge of the picture, which the row draws. */
  tile: number
  active: boolean
  chosen: boolean
  /** What reviewers said of it; undefined for nothing. */
  marks: SampleMarks | undefined
  terms: Terms
  /** 'computing' where the map is on its way, why there is none; '' for nothing to say. */
  overlay: string
}

/** A tile without its picture: prediction with probability, label, outcome; whether it is active and chosen. */
export const TileCell = memo(function TileCell(props: TileCellProps) {
  const { run, row, place, column, tile, active, chosen, marks, terms, overlay } = props
  const said = marks && isMarked(marks) ? `; ${saidOf(marks, terms)}` : ''
  const text = row && describe(row, run) + said + (overlay && `; ${OVERLAY_WORDS[overlay] ?? `no map: ${overlay}`}`)
  return (
    <div
      role="gridcell"
      id={`sample-at-${place}`}
      data-place={place}
      aria-colindex={column + 1}
      aria-selected={chosen}
      title={text}
      className={classes.cell}
      style={{ '--tile': `${tile}px` } as CSSProperties}
      data-active={active || undefined}
      data-outcome={row && outcomeOf(row)}
    >
      <Spoken>{text ?? 'Loading'}</Spoken>
      <span className={classes.check} data-check aria-hidden />
      {said && marks && <TileMarks marks={marks} terms={terms} />}
      {overlay && (
        <span className={classes.overlay} data-computing={overlay === COMPUTING || undefined} aria-hidden>
          {overlay === COMPUTING ? '' : overlay}
        </span>
      )}
      {row && (
        <div aria-hidden>
          <Caption row={row} run={run} />
        </div>
      )}
    </div>
  )
})

const COMPUTING = 'computing'
const OVERLAY_WORDS: Record<string, string> = { [COMPUTING]: 'computing its map' }

function Caption({ row, run }: { row: SampleRow; run: RunInfo }) {
  if (row.error !== null) {
    return (
      <>
        <div className={classes.name}>{withoutResult(run)}</div>
        <div className={classes.label}>
          <PathName name={row.path} />
        </div>
      </>
    )
  }
  return (
    <>
      <div className={classes.name}>
        <span>{row.prediction === null ? 'Waiting' : className(run, row.prediction)}</span>
        {row.prediction !== null && <i>{confidenceText(run, row.confidence)}</i>}
      </div>
      <div className={classes.label}>{labelText(row) === null ? 'no label' : `label ${labelText(row)}`}</div>
    </>
  )
}

function outcomeOf(row: SampleRow): string | undefined {
  if (row.error !== null) return 'error'
  return row.correct === null ? undefined : row.correct ? 'correct' : 'wrong'
}

function describe(row: SampleRow, run: RunInfo): string {
  if (row.error !== null) return `${row.path}: ${row.error}`
  if (row.prediction === null) return `${row.path}: no result yet`
  const outcome = row.correct === null ? '' : row.correct ? ', correct' : ', wrong'
  const label = labelText(row) === null ? '' : `, label ${labelText(row)}`
  return `${row.path}: ${isNumber(run) ? '' : 'predicted '}${className(run, row.prediction)}, ${confidenceText(run, row.confidence)}${label}${outcome}`
}
