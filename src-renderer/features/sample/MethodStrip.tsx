import { Tooltip, UnstyledButton } from '@mantine/core'
import { type RunInfo, type SampleDetail, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { ownRange } from '@shared/heatmap/scale'
import { METHODS, type MethodId } from '@shared/methods'
import { useMemo } from 'react'
import type { View } from '../../app/view'
import { Picture } from '../../heatmap/Picture'
import { formatValue } from '../../ui/format'
import classes from './MethodStrip.module.css'

interface MethodStripProps {
  run: RunInfo
  id: number
  detail: SampleDetail | undefined
  view: View
  chosen: MethodId | null
  onChoose: (method: MethodId) => void
}

/** Every method that the run computed, side by side, each on its own scale. Choosing one shows it large. */
export function MethodStrip({ run, id, detail, view, chosen, onChoose }: MethodStripProps) {
  return (
    <section className={classes.strip} aria-label="Methods">
      {run.definition.methods.map((method) => (
        <Tooltip key={method} label={METHODS[method].formula} ff="monospace" position="top">
          <UnstyledButton className={classes.method} aria-pressed={method === chosen} onClick={() => onChoose(method)}>
            <MethodPicture run={run} id={id} detail={detail} view={view} method={method} />
            <span className={classes.name}>{METHODS[method].name}</span>
          </UnstyledButton>
        </Tooltip>
      ))}
    </section>
  )
}

type MethodPictureProps = Pick<MethodStripProps, 'run' | 'id' | 'detail' | 'view'> & { method: MethodId }

function MethodPicture({ run, id, detail, view, method }: MethodPictureProps) {
  const values = detail?.maps.find((map) => map.method === method)?.values
  const map = useMemo(() => (detail && values ? { grid: detail.grid, values } : null), [detail, values])
  const range = useMemo(
    () => ownRange(values ?? new Float32Array(), view.scale === 'percentile' ? 'percentile' : 'minmax'),
    [values, view.scale],
  )
  return (
    <>
      <span className={classes.frame}>
        {detail && (
          <Picture
            src={imageUrls.image(run.id, id)}
            alt=""
            width={detail.row.width || 1}
            height={detail.row.height || 1}
            preprocessing={run.definition.preprocessing}
            map={map}
            range={range}
            colormap={COLORMAPS[view.colormap]}
            interpolation={view.interpolation}
            fade={view.fade}
            fit="square"
          />
        )}
      </span>
      <span className={classes.range}>
        {map ? `${formatValue(range.low)} – ${formatValue(range.high)}` : 'not computed'}
      </span>
    </>
  )
}
