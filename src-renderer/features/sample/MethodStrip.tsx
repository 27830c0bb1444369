import { Loader, UnstyledButton } from '@mantine/core'
import type { RunInfo, SampleRow, TargetPolicy } from '@shared/api'
import { ownRange, type ScaleRange } from '@shared/heatmap/scale'
import { METHODS, METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { memo, useMemo } from 'react'
import { useSampleDetail } from '../../api/sample-queries'
import type { View } from '../../base/view'
import { Formula } from '../../heatmap/Formula'
import { SamplePicture } from '../../heatmap/SamplePicture'
import { useSharedHint } from '../../ui/use-shared-hint'
import { formatValue } from '../../ui/format'
import classes from './MethodStrip.module.css'
import { type ShownExplanation, methodMap, useShownExplanation } from './shown-explanation'

interface MethodStripProps {
  run: RunInfo
  id: number
  view: View
  /** Null for the run's own target. */
  target: TargetPolicy | null
  extra: MethodId | null
  chosen: MethodId | null
  onChoose: (method: MethodId) => void
}

/** Every method side by side, each on its own scale: those of the run first, the others computed once one is chosen. None where the sample has no result. */
export const MethodStrip = memo(function MethodStrip(props: MethodStripProps) {
  const { run, id, view, target, extra, chosen, onChoose } = props
  const detail = useSampleDetail(run.id, id).data
  const { shown, computing } = useShownExplanation(run, id, detail, target, extra)
  const computed = run.definition.methods
  const others = METHOD_IDS.filter((method) => !computed.includes(method))
  const { area, hint } = useSharedHint({ position: 'top' }, drawFormula)
  if (detail && detail.row.error !== null) return null
  return (
    <section className={classes.strip} aria-label="Methods" {...area}>
      {hint}
      {[...computed, ...others].map((method) => (
        <UnstyledButton
          key={method}
          className={classes.method}
          aria-pressed={method === chosen}
          data-hint={method}
          onClick={() => onChoose(method)}
        >
          <MethodPicture run={run} row={detail?.row} shown={shown} computing={computing} view={view} method={method} />
          <span className={classes.name}>{METHODS[method].name}</span>
        </UnstyledButton>
      ))}
    </section>
  )
})

const drawFormula = (method: string) => <Formula method={method as MethodId} />

interface MethodPictureProps extends Pick<MethodStripProps, 'run' | 'view'> {
  row: SampleRow | undefined
  shown: ShownExplanation | undefined
  computing: boolean
  method: MethodId
}

function MethodPicture({ run, row, shown, computing, view, method }: MethodPictureProps) {
  const map = useMemo(() => methodMap(shown, method), [shown, method])
  const range = useMemo(
    () => ownRange(map?.values ?? new Float32Array(), view.scale === 'percentile' ? 'percentile' : 'minmax'),
    [map, view.scale],
  )
  return (
    <>
      <SamplePicture run={run} row={row} map={map} range={range} display={view} />
      <span className={classes.range}>
        {map ? (
          <Range {...range} />
        ) : !shown ? null : computing ? (
          <Loader size={10} color="gray" role="img" aria-label="Computing" />
        ) : run.definition.methods.includes(method) ? (
          'not computed'
        ) : (
          'compute'
        )}
      </span>
    </>
  )
}

function Range({ low, high }: ScaleRange) {
  if (low === 0 && high === 0) return <span title="No patch speaks for this target.">zero everywhere</span>
  return `${formatValue(low)} – ${formatValue(high)}`
}
