import { Skeleton } from '@mantine/core'
import { useCallbackRef } from '@mantine/hooks'
import type { TargetPolicy } from '@shared/api'
import { useCallback, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useGroupedIds } from '../../api/group-queries'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { readTarget, writeTarget } from '../../base/target-text'
import { useUrlState } from '../../base/url-state'
import { type View, galleryState } from '../../base/view'
import { nextMethod, shownMethod } from '../../heatmap/shown-method'
import { ErrorMessage } from '../../ui/Messages'
import { FilterChips } from '../../ui/filter/FilterChips'
import { SidePanels } from '../../ui/SidePanels'
import { mapOpacity } from '../../heatmap/map-opacity'
import { galleryCommands } from './commands'
import { DisplayBar } from './DisplayBar'
import { Facets } from './Facets'
import classes from './GalleryScreen.module.css'
import { NoSamples } from './NoSamples'
import { ResultBar } from './ResultBar'
import { SampleGrid } from './SampleGrid'
import { SelectionBar } from './SelectionBar'

/** Every sample of a run in a grid, filtered, sorted and overlaid as the address says. */
export default function GalleryScreen({ run }: RunScreenProps) {
  const [stored, change] = useUrlState(galleryState)
  const [, navigate] = useLocation()
  const [dragged, setDragged] = useState<Partial<View>>({})
  const view = useMemo(() => ({ ...stored, ...dragged }), [stored, dragged])
  const method = shownMethod(view.method, run.definition.methods)
  const target = useMemo(() => readTarget(stored.target), [stored.target])
  const { filter, sort, descending, group } = stored
  const samples = useGroupedIds({ runId: run.id, filter, sort, descending }, group)
  usePageTitle('Gallery', run.name)
  useCommands(galleryCommands, {
    overlay: () => change({ overlay: !view.overlay }),
    method: method && (() => change({ method: nextMethod(method, run.definition.methods) })),
    reset: () => navigate(links.gallery(run.id)),
    triage: () => navigate(links.triage(run.id, stored)),
  })

  const keepActive = useCallback((id: number) => change({ at: id }), [change])

  const setTarget = useCallbackRef((next: TargetPolicy | null) => change({ target: next ? writeTarget(next) : '' }))
  const setFilter = useCallbackRef((next: string) => change({ filter: next }))
  const settle = (part: Partial<View>) => {
    setDragged({})
    change(part)
  }
  return (
    <div className={classes.screen} style={mapOpacity(view.opacity)}>
      <SidePanels
        id="gallery"
        left={{
          name: 'filters',
          width: 216,
          content: <Facets run={run} filter={filter} onFilter={setFilter} />,
        }}
      >
        <section className={classes.result} aria-label="Result">
          <ResultBar
            run={run}
            sample={samples.data?.ids[0]}
            view={stored}
            change={change}
            shown={samples.data?.ids.length ?? null}
            total={samples.data?.total ?? null}
            busy={samples.isPlaceholderData}
            triageLink={links.triage(run.id, stored)}
          />
          <FilterChips filter={filter} onCommit={setFilter} />
          <DisplayBar
            run={run}
            view={view}
            method={method}
            target={target}
            onTarget={setTarget}
            ids={samples.data?.ids}
            change={change}
            drag={setDragged}
            settle={settle}
          />
          {samples.isLoadingError ? (
            <ErrorMessage error={samples.error} retry={samples.refetch} />
          ) : samples.isPending || (samples.isPlaceholderData && samples.data.ids.length === 0) ? (
            <GridSkeleton />
          ) : samples.data.ids.length === 0 ? (
            <NoSamples runId={run.id} filter={filter} total={samples.data.total} onFilter={setFilter} />
          ) : (
            <SampleGrid
              run={run}
              result={samples.data}
              view={{ ...stored, ...view }}
              method={method}
              target={target}
              onActive={keepActive}
            />
          )}
          <SelectionBar run={run} />
        </section>
      </SidePanels>
    </div>
  )
}

function GridSkeleton() {
  return (
    <div className={classes.skeletons} aria-busy="true" aria-label="Loading samples">
      {Array.from({ length: 24 }, (_, i) => (
        <Skeleton key={i} radius="sm" className={classes.skeleton} />
      ))}
    </div>
  )
}
