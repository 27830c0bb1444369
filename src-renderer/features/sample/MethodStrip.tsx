import { Loader, UnstyledButton } from '@mantine/core'
import { type RunInfo, type SampleRow, imageUrls } from '@shared/api'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { ownRange } from '@shared/heatmap/scale'
import { METHODS, METHOD_IDS, type MethodId } from '@shared/methods'
import { useMemo } from 'react'
import type { View } from '../../app/view'
import { Picture } from '../../heatmap/Picture'
import { useSharedHint } from '../../ui/use-shared-hint'
import { formatValue } from '../../ui/format'
import classes from './MethodStrip.module.css'
import { type ShownExplanation, methodMap } from './shown-explanation'

interface MethodStripProps {
  run: RunInfo
  id: number
  row: SampleRow | undefined
  explanation: { shown: ShownExplanation | undefined; computing: boolean }
  view: View
  chosen: MethodId | null
  onChoose: (method: MethodId) => void
}

/** Every method side by side, each on its own scale: those of the run first, the others computed once one is chosen. */
export function MethodStrip({ run, id, row, explanation, view, chosen, onChoose }: MethodStripProps) {
  const computed = run.definition.methods
  const others = METHOD_IDS.filter((method) => !computed.includes(method))
  const { area, hint } = useSharedHint({ position: 'top', ff: 'monospace' })
  return (
    <section className={classes.strip} aria-label="Methods" {...area}>
      {hint}
      {[...computed, ...others].map((method) => (
        <UnstyledButton
          key={method}
          className={classes.method}
          aria-pressed={method === chosen}
          data-hint={METHODS[method].formula}
          onClick={() => onChoose(method)}
        >
          <MethodPicture run={run} id={id} row={row} explanation={explanation} view={view} method={method} />
          <span className={classes.name}>{METHODS[method].name}</span>
        </UnstyledButton>
      ))}
    </section>
  )
}

type MethodPictureProps = Pick<MethodStripProps, 'run' | 'id' | 'row' | 'explanation' | 'view'> & { method: MethodId }

function MethodPicture({ run, id, row, explanation: { shown, computing }, view, method }: MethodPictureProps) {
  const map = useMemo(() => methodMap(shown, method), [shown, method])
  const range = useMemo(
    () => ownRange(map?.values ?? new Float32Array(), view.scale === 'percentile' ? 'percentile' : 'minmax'),
    [map, view.scale],
  )
  return (
    <>
      <span className={classes.frame}>
        {row && (
          <Picture
            src={imageUrls.image(run.id, id)}
            alt=""
            width={row.width || 1}
            height={row.height || 1}
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
        {map ? (
          `${formatValue(range.low)} – ${formatValue(range.high)}`
        ) : computing ? (
          <Loader size={10} color="gray" aria-label="Computing" />
        ) : run.definition.methods.includes(method) ? (
          'not computed'
        ) : (
          'compute'
        )}
      </span>
    </>
  )
}
