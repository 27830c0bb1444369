import { NativeSelect } from '@mantine/core'
import type { RunInfo, SampleRow } from '@shared/api'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { useGridRow, useGridRowMaps } from '../../api/row-queries'
import { type RelevanceMap, useSampleIds } from '../../api/sample-queries'
import { links } from '../../base/links'
import { SamplePicture } from '../../heatmap/SamplePicture'
import { mapRange } from '../../heatmap/map-range'
import { shownMethod } from '../../heatmap/shown-method'
import { ErrorMessage } from '../../ui/Messages'
import { OutcomeMark } from '../../ui/Outcome'
import { confidenceText } from '../../ui/confidence-text'
import { formatCount } from '../../ui/format'
import type { Side } from './comparison'
import classes from './GroupSamples.module.css'
import type { PartProps } from './part-props'

const EACH = 12
/** Highest confidence first: confident failures tell most. */
const ORDER = { sort: 'confidence', descending: true } as const

/** Samples of both groups beside each other, with their maps. */
export function GroupSamples({ run, view, change, sides }: PartProps & { sides: [Side, Side] }) {
  const { methods } = run.definition
  const method = shownMethod(view.method, methods)
  return (
    <section className={classes.samples} aria-label="Samples of both groups">
      <header className={classes.heading}>
        <h2>Samples of both groups, the surest first</h2>
        {methods.length > 1 && (
          <NativeSelect
            size="xs"
            aria-label="Method of the maps"
            value={method ?? ''}
            data={methods.map((id) => ({ value: id, label: METHODS[id].name }))}
            onChange={(event) => change({ method: methods.find((id) => id === event.currentTarget.value) })}
          />
        )}
      </header>
      <div className={classes.sides}>
        {sides.map((side) => (
          <SideSamples key={side.filter} run={run} side={side} method={method} />
        ))}
      </div>
      {method && <p className={classes.note}>{METHODS[method].name}, each map on its own range.</p>}
    </section>
  )
}

function SideSamples({ run, side, method }: { run: RunInfo; side: Side; method: MethodId | null }) {
  const samples = useSampleIds({ runId: run.id, filter: side.filter, ...ORDER })
  const ids = useMemo(() => Uint32Array.from(samples.data?.ids.subarray(0, EACH) ?? []), [samples.data])
  const rows = useGridRow(run.id, ids).data
  const maps = useGridRowMaps(run.id, ids, method).data
  return (
    <section aria-label={`Samples: ${side.name}`}>
      <h3>
        <Link href={links.gallery(run.id, { filter: side.filter, ...ORDER })}>
          {formatCount(samples.data?.ids.length ?? 0)} {side.name}
        </Link>
      </h3>
      {samples.isLoadingError && <ErrorMessage error={samples.error} retry={samples.refetch} />}
      <ul className={classes.pictures} aria-busy={samples.isPending}>
        {[...ids].map((id) => (
          <li key={id}>
            <Link href={links.sample(run.id, id, { filter: side.filter, ...ORDER, ...(method && { method }) })}>
              <MarkedPicture run={run} row={rows?.get(id)} map={maps?.get(id) ?? null} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface MarkedPictureProps {
  run: RunInfo
  row: SampleRow | undefined
  map: RelevanceMap | null
}

function MarkedPicture({ run, row, map }: MarkedPictureProps) {
  const range = useMemo(() => mapRange(map, 'minmax', null), [map])
  return (
    <>
      <SamplePicture run={run} row={row} map={map} range={range} thumbnail={160} alt={row?.path} />
      <span className={classes.caption}>
        <OutcomeMark correct={row?.correct ?? null} size={12} />
        {row && confidenceText(run, row.confidence)}
      </span>
    </>
  )
}
