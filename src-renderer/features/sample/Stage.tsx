import { Button, Loader, Switch } from '@mantine/core'
import { type RunInfo, type SampleDetail, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { isFlat } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@shared/methods'
import { IconX } from '@tabler/icons-react'
import { type RelevanceMap, useHeadAttention, useSharedRange } from '../../api/sample-queries'
import type { View } from '../../app/view'
import { ColorBar } from '../../heatmap/ColorBar'
import { OverlayControls } from '../../heatmap/OverlayControls'
import { Picture } from '../../heatmap/Picture'
import { mapRange } from '../../heatmap/map-range'
import { EmptyMessage, InlineError } from '../../ui/Messages'
import { RegionLayer } from '../annotations/RegionLayer'
import classes from './Stage.module.css'
import type { HeadId } from './head-weights'

interface StageProps {
  run: RunInfo
  id: number
  detail: SampleDetail | undefined
  ids: Uint32Array | undefined
  view: View
  method: MethodId | null
  /** The head whose attention is shown instead of a method. */
  head: HeadId | null
  change: (part: Partial<View>) => void
  drag: (part: Partial<View>) => void
  onLeaveHead: () => void
}

/** The large picture, what is drawn over it, and in which colours. */
export function Stage({ run, id, detail, ids, view, method, head, change, drag, onLeaveHead }: StageProps) {
  const attention = useHeadAttention(run.id, id, head)
  const shared = useSharedRange(run.id, ids, method ?? 'gmar_l1', view.scale === 'shared' && method !== null)
  const map = head ? (attention.data ?? null) : methodMap(detail, method)
  const scale = head && view.scale === 'shared' ? 'minmax' : view.scale
  const range = mapRange(map, scale, shared.data?.range ?? null)
  const what = head
    ? `Attention of layer ${head.layer}, head ${head.head}`
    : method
      ? METHODS[method].name
      : 'No method'
  const row = detail?.row
  return (
    <section className={classes.stage} aria-label="Picture">
      <div className={classes.controls} role="toolbar" aria-label="Display">
        <Switch
          size="xs"
          label="Overlay"
          checked={view.overlay}
          onChange={(event) => change({ overlay: event.currentTarget.checked })}
        />
        <OverlayControls
          methods={run.definition.methods}
          view={view}
          method={method}
          change={change}
          drag={drag}
          settle={change}
        />
      </div>
      <div className={classes.room}>
        {row?.error ? (
          <EmptyMessage title="This file could not be read">{row.error}</EmptyMessage>
        ) : (
          row && (
            <Picture
              src={imageUrls.image(run.id, id)}
              alt={row.path}
              width={row.width || 1}
              height={row.height || 1}
              preprocessing={run.definition.preprocessing}
              map={view.overlay ? map : null}
              range={range}
              colormap={COLORMAPS[view.colormap]}
              interpolation={view.interpolation}
              fade={view.fade}
              fit="stage"
            >
              {row.width > 0 && <RegionLayer runId={run.id} sampleId={id} width={row.width} height={row.height} />}
            </Picture>
          )
        )}
      </div>
      <div className={classes.legend} data-testid="legend">
        <span className={classes.what} aria-live="polite">
          {what}
        </span>
        {head && (
          <Button
            size="compact-xs"
            variant="default"
            rightSection={<IconX size={12} aria-hidden />}
            onClick={onLeaveHead}
          >
            Back to {method ? METHODS[method].name : 'the picture'}
          </Button>
        )}
        {head && attention.isFetching && <Loader size={14} color="gray" aria-label="Computing attention" />}
        {head && attention.isError && <InlineError error={attention.error} />}
        {map && isFlat(range) && <span className={classes.note}>All patches have the same value.</span>}
        {map && (
          <span className={classes.bar}>
            <ColorBar colormap={COLORMAPS[view.colormap]} range={range} label={what} />
          </span>
        )}
      </div>
    </section>
  )
}

function methodMap(detail: SampleDetail | undefined, method: MethodId | null): RelevanceMap | null {
  const found = detail?.maps.find((map) => map.method === method)
  return detail && found ? { grid: detail.grid, values: found.values } : null
}
