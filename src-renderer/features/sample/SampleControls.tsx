import type { RunInfo } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { METHODS } from '@headlight/explain/methods'
import { centreMap, randomMap } from '@shared/evaluation/control-maps'
import { plainNumber } from '@shared/evaluation/words'
import { mapAgreement } from '@shared/heatmap/agreement'
import { minMax } from '@shared/heatmap/scale'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { useGridRowMaps } from '../../api/row-queries'
import { type RelevanceMap, useSampleDetail, useSampleIds } from '../../api/sample-queries'
import { className } from '../../base/class-name'
import { classTerm } from '../../base/class-term'
import { links } from '../../base/links'
import { SamplePicture } from '../../heatmap/SamplePicture'
import { Panel } from '../../ui/Panel'
import classes from './SampleControls.module.css'

interface SampleControlsProps {
  run: RunInfo
  id: number
  /** The method whose stored map is shown. */
  method: MethodId
}

/** Three maps over the same picture that do not show what the model saw in it: whoever cannot tell them from the method's reads the picture for the model. */
export function SampleControls({ run, id, method }: SampleControlsProps) {
  const prediction = useSampleDetail(run.id, id).data?.row.prediction ?? null
  const other = useOther(run, id, prediction)
  const maps = useGridRowMaps(
    run.id,
    useMemo(() => Uint32Array.of(id, ...(other === null ? [] : [other])), [id, other]),
    method,
  )
  const own = maps.data?.get(id)
  const controls = useMemo(
    () =>
      own && [
        { name: 'Random order', map: { grid: own.grid, values: randomMap(own.grid, scrambled(id)) } },
        { name: 'Gaussian in the middle', map: { grid: own.grid, values: centreMap(own.grid) } },
      ],
    [own, id],
  )
  if (!own || !controls) return null
  const others = other === null ? undefined : maps.data?.get(other)
  return (
    <Panel title="Could it be any picture’s?">
      <p className={classes.about}>
        Three maps that do not come from what the model saw here, over the same picture, with their likeness to{' '}
        {METHODS[method].name} (Spearman).
      </p>
      <ul className={classes.controls}>
        {controls.map(({ name, map }) => (
          <Control key={name} run={run} id={id} own={own} map={map} caption={name} />
        ))}
        {others && other !== null && prediction !== null && (
          <Control
            run={run}
            id={id}
            own={own}
            map={others}
            caption={<Link href={links.sample(run.id, other, { method })}>Another {className(run, prediction)}’s</Link>}
          />
        )}
      </ul>
    </Panel>
  )
}

/** The next sample by path that is predicted as the same class; null without one. */
function useOther(run: RunInfo, id: number, prediction: number | null): number | null {
  const filter = prediction === null ? '' : classTerm(run, 'pred', prediction)
  const ids = useSampleIds({ runId: run.id, filter, sort: 'path', descending: false }).data?.ids
  if (prediction === null || ids === undefined || ids.length < 2) return null
  const at = ids.indexOf(id)
  return at < 0 ? null : ids[(at + 1) % ids.length]!
}

interface ControlProps {
  run: RunInfo
  id: number
  own: RelevanceMap
  map: RelevanceMap
  caption: React.ReactNode
}

function Control({ run, id, own, map, caption }: ControlProps) {
  const row = useSampleDetail(run.id, id).data?.row
  const range = useMemo(() => minMax(map.values), [map])
  const { spearman } = useMemo(() => mapAgreement(own.values, map.values), [own, map])
  return (
    <li>
      <SamplePicture run={run} row={row} map={map} range={range} />
      <span className={classes.caption}>{caption}</span>
      <span className={classes.likeness}>{spearman === null ? '–' : plainNumber(spearman)}</span>
    </li>
  )
}

/** Any order that knows nothing of the model does, the same for a sample each time: xorshift. */
function scrambled(seed: number): () => number {
  let state = seed * 2 + 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
