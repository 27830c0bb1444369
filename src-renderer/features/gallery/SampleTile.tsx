import { type RunInfo, type SampleRow, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { type ScaleRange } from '@shared/heatmap/scale'
import type { MethodId } from '@shared/methods'
import { IconPhotoOff } from '@tabler/icons-react'
import { memo, useMemo } from 'react'
import { useSampleMap, useSampleRow } from '../../api/sample-queries'
import { className } from '../../app/class-name'
import { links } from '../../app/links'
import type { View } from '../../app/view'
import { mapRange } from '../../heatmap/map-range'
import { Picture } from '../../heatmap/Picture'
import { OutcomeMark } from '../../ui/Outcome'
import { formatShare } from '../../ui/format'
import classes from './SampleTile.module.css'

interface SampleTileProps {
  run: RunInfo
  id: number
  column: number
  /** Edge in CSS pixels. */
  size: number
  active: boolean
  view: View
  /** Null draws no overlay. */
  method: MethodId | null
  sharedRange: ScaleRange | null
  onFocus: (id: number) => void
  onOpen: (id: number) => void
}

/** One sample of the gallery: picture with overlay, prediction with probability, label, outcome. */
export const SampleTile = memo(function SampleTile(props: SampleTileProps) {
  const { run, id, column, size, active, view, method, sharedRange, onFocus, onOpen } = props
  const row = useSampleRow(run.id, id).data
  const map = useSampleMap(run.id, id, method ?? 'gmar_l1', method !== null).data ?? null
  const range = useMemo(() => mapRange(map, view.scale, sharedRange), [map, view.scale, sharedRange])
  return (
    <div
      role="gridcell"
      id={`sample-${id}`}
      aria-colindex={column + 1}
      aria-label={row ? describe(row, run) : 'Loading'}
      className={classes.tile}
      data-active={active}
      onMouseDown={() => onFocus(id)}
    >
      <a
        className={classes.frame}
        style={{ height: size }}
        data-wrong={row?.correct === false}
        href={links.sample(run.id, id, view)}
        tabIndex={-1}
        aria-hidden
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onOpen(id)
        }}
      >
        {row?.error ? (
          <IconPhotoOff size={28} stroke={1.3} className={classes.broken} />
        ) : row ? (
          <Picture
            src={imageUrls.thumbnail(run.id, id, size > 160 ? 320 : 160)}
            alt=""
            width={row.width || 1}
            height={row.height || 1}
            preprocessing={run.definition.preprocessing}
            map={method === null ? null : map}
            range={range}
            colormap={COLORMAPS[view.colormap]}
            interpolation={view.interpolation}
            fade={view.fade}
            fit="square"
          />
        ) : null}
      </a>
      {row && <Caption row={row} run={run} />}
    </div>
  )
})

function Caption({ row, run }: { row: SampleRow; run: RunInfo }) {
  if (row.error !== null) {
    return (
      <div className={classes.caption} title={row.error}>
        <div className={classes.line}>Unreadable</div>
        <div className={classes.label}>{row.path}</div>
      </div>
    )
  }
  return (
    <div className={classes.caption} title={row.path}>
      <div className={classes.line}>
        {row.prediction === null ? (
          <span className={classes.pending}>Waiting</span>
        ) : (
          <>
            <OutcomeMark correct={row.correct} size={13} />
            <span className={classes.name}>{className(run, row.prediction)}</span>
            <span className={classes.share}>{formatShare(row.confidence)}</span>
          </>
        )}
      </div>
      <div className={classes.label}>{row.labelName === null ? 'no label' : `label ${row.labelName}`}</div>
    </div>
  )
}

function describe(row: SampleRow, run: RunInfo): string {
  if (row.error !== null) return `${row.path}: ${row.error}`
  if (row.prediction === null) return `${row.path}: no result yet`
  const outcome = row.correct === null ? '' : row.correct ? ', correct' : ', wrong'
  const label = row.labelName === null ? '' : `, label ${row.labelName}`
  return `${row.path}: predicted ${className(run, row.prediction)}, ${formatShare(row.confidence)}${label}${outcome}`
}
