import { Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useGroupedIds } from '../../api/group-queries'
import { useKeptPlace, useTriagePlace } from '../../api/triage-place'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import classes from './Triage.module.css'
import { TriageStage } from './TriageStage'
import { TriageSummary } from './TriageSummary'
import { triageState } from '../../base/view'
import { placeName } from './place-name'

/** One sample after the other of a result, which is fixed when triage begins: what is annotated does not leave it. */
export default function TriageScreen({ run }: RunScreenProps) {
  const [view, change] = useUrlState(triageState)
  const [, navigate] = useLocation()
  const { filter, sort, descending, group } = view
  const name = placeName(run, view)
  const samples = useGroupedIds({ runId: run.id, filter, sort, descending }, group)
  const place = useTriagePlace(run.id, name)
  const [fixed, setFixed] = useState<{ name: string; ids: Uint32Array } | null>(null)
  const arrived = samples.data && !samples.isPlaceholderData ? samples.data.ids : null
  if (arrived && fixed?.name !== name) setFixed({ name, ids: arrived })
  const ids = fixed?.name === name ? fixed.ids : null
  usePageTitle('Triage', run.name)

  const kept = place.data?.id
  const found = [view.at, kept].find((id) => id != null && ids?.includes(id))
  const at = found ?? ids?.[0]
  const known = place.isSuccess && at !== undefined
  useEffect(() => {
    if (!known || at === view.at) return
    change({ at })
  }, [at, change, known, view.at])
  useKeptPlace(name, known ? at : undefined)

  if (samples.isLoadingError) return <ErrorMessage error={samples.error} retry={samples.refetch} />
  if (place.isLoadingError) return <ErrorMessage error={place.error} retry={place.refetch} />
  if (!ids || !place.isSuccess) {
    return (
      <div className={classes.screen} aria-busy="true" aria-label="Loading the result">
        <div className={classes.waiting}>
          <Skeleton className={classes.waitingPicture} />
        </div>
      </div>
    )
  }
  if (at === undefined) {
    return (
      <EmptyMessage title="Nothing to go through" home>
        No sample fits “{filter}”.
      </EmptyMessage>
    )
  }
  const leave = () => navigate(links.gallery(run.id, { ...view, at }))
  if (!view.summary) return <TriageStage run={run} ids={ids} id={at} view={view} change={change} onLeave={leave} />
  return (
    <div className={classes.screen} role="region" aria-label="Triage">
      <TriageSummary run={run} ids={ids} view={view} change={change} onLeave={leave} />
    </div>
  )
}
