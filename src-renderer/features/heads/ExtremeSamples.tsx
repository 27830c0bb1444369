import { hasHeadMaps } from '@headlight/explain/report'
import { Loader } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { useState } from 'react'
import { Link } from 'wouter'
import { useHeadAttention } from '../../api/explanation-queries'
import { useSampleDetail, useSampleIds } from '../../api/sample-queries'
import { links } from '../../base/links'
import { SamplePicture } from '../../heatmap/SamplePicture'
import { mapRange } from '../../heatmap/map-range'
import { ErrorMessage } from '../../ui/Messages'
import { OutcomeMark } from '../../ui/Outcome'
import { headName, headPane, pinnableHead } from '../../shared/pins/linked-pane'
import { usePinCommand } from '../../shared/pins/pin-commands'
import { headWeights } from '../../shared/heads/head-weights'
import type { HeadId } from '../../shared/heads/head-id'
import { weightGallery } from '../../shared/heads/head-links'
import classes from './HeadScreen.module.css'

interface ExtremeSamplesProps {
  run: RunInfo
  head: HeadId
  filter: string
}

const EACH = 6

/** The samples in which a head weighs most and least, with what it attends to in each, where there are maps. The one under the pointer or the
 * focus can be pinned. */
export function ExtremeSamples(props: ExtremeSamplesProps) {
  const { run, head } = props
  const [at, setAt] = useState<number | null>(null)
  usePinCommand(() => {
    if (at === null) return pinnableHead(run, props.filter, head)
    return { pane: { sampleId: at, runId: run.id, map: headPane(run, head), target: null }, name: headName(run, head) }
  })
  return (
    <>
      <Extremes {...props} onAt={setAt} descending title="Weighs most" />
      <Extremes {...props} onAt={setAt} descending={false} title="Weighs least" />
    </>
  )
}

interface ExtremesProps extends ExtremeSamplesProps {
  descending: boolean
  title: string
  onAt: (id: number) => void
}

function Extremes({ run, head, filter, descending, title, onAt }: ExtremesProps) {
  const sort = `head(${head.layer},${head.head})` as const
  const samples = useSampleIds({ runId: run.id, filter, sort, descending })
  return (
    <div className={classes.extremes}>
      <header className={classes.heading}>
        <h2>{title}</h2>
        <Link href={weightGallery(run, head, filter, descending)}>All in this order</Link>
      </header>
      {samples.isLoadingError && <ErrorMessage error={samples.error} retry={samples.refetch} />}
      {samples.data?.ids.length === 0 && <p className={classes.none}>No sample fits this filter.</p>}
      <ul className={classes.samples}>
        {[...(samples.data?.ids.subarray(0, EACH) ?? [])].map((id) => (
          <Sample key={id} run={run} head={head} id={id} view={{ filter, sort, descending }} onAt={onAt} />
        ))}
      </ul>
    </div>
  )
}

interface SampleProps {
  run: RunInfo
  head: HeadId
  id: number
  view: { filter: string; sort: `head(${number},${number})`; descending: boolean }
  onAt: (id: number) => void
}

function Sample({ run, head, id, view, onAt }: SampleProps) {
  const detail = useSampleDetail(run.id, id).data
  const hasMaps = hasHeadMaps(run.model)
  const attention = useHeadAttention(run.id, id, hasMaps ? head : null, null)
  const map = attention.data ?? null
  const scores = detail?.headL1 ?? detail?.headL2
  const weight = scores && headWeights(scores, run.model)[head.layer * run.model.heads + head.head]
  const row = detail?.row
  const name = row ? `${row.path}, weight ${weight?.toFixed(3)}` : `Sample ${id}`
  return (
    <li>
      <Link
        href={links.sample(run.id, id, hasMaps ? { ...view, head: `${head.layer}.${head.head}` } : view)}
        aria-label={name}
        title={name}
        onFocus={() => onAt(id)}
        onPointerEnter={() => onAt(id)}
      >
        <SamplePicture run={run} row={row} map={map} range={mapRange(map, 'minmax', null)} thumbnail={160}>
          {hasMaps && attention.isPending && (
            <Loader className={classes.loader} size={14} role="img" aria-label="Computing attention" />
          )}
        </SamplePicture>
        <span className={classes.caption}>
          <OutcomeMark correct={row?.correct ?? null} size={12} />
          <span>{weight === undefined ? '' : weight?.toFixed(3)}</span>
        </span>
      </Link>
    </li>
  )
}
