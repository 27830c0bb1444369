import { Button, Skeleton } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useSampleIds } from '../../api/sample-queries'
import { useCommands } from '../../app/commands'
import { usePageTitle } from '../../app/page-title'
import type { RunScreenProps } from '../../app/screens'
import { useUrlState } from '../../app/url-state'
import { type View, galleryState } from '../../app/view'
import { nextMethod, shownMethod } from '../../heatmap/shown-method'
import { EmptyMessage, ErrorMessage } from '../../ui/Messages'
import { SidePanels } from '../../ui/SidePanels'
import { mapOpacity } from '../../heatmap/map-opacity'
import { triageLink } from '../annotations/annotations-view'
import { galleryCommands } from './commands'
import { DisplayBar } from './DisplayBar'
import { Facets } from './Facets'
import classes from './GalleryScreen.module.css'
import { ResultBar } from './ResultBar'
import { SampleGrid } from './SampleGrid'

/** Every sample of a run in a grid, filtered, sorted and overlaid as the address says. */
export default function GalleryScreen({ run }: RunScreenProps) {
  const [stored, change] = useUrlState(galleryState)
  const [, navigate] = useLocation()
  const [dragged, setDragged] = useState<Partial<View>>({})
  const view = useMemo(() => ({ ...stored, ...dragged }), [stored, dragged])
  const method = shownMethod(view.method, run.definition.methods)
  const { filter, sort, descending } = stored
  const samples = useSampleIds({ runId: run.id, filter, sort, descending })
  usePageTitle('Gallery', run.name)
  useCommands(galleryCommands, {
    overlay: () => change({ overlay: !view.overlay }),
    method: method && (() => change({ method: nextMethod(method, run.definition.methods) })),
    triage: () => navigate(triageLink(run, stored)),
  })

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
          content: <Facets runId={run.id} filter={filter} onFilter={(next) => change({ filter: next })} />,
        }}
      >
        <section className={classes.result} aria-label="Result">
          <ResultBar
            view={stored}
            change={change}
            shown={samples.data?.ids.length ?? null}
            total={samples.data?.total ?? null}
            busy={samples.isPlaceholderData}
            triageLink={triageLink(run, stored)}
          />
          <DisplayBar
            run={run}
            view={view}
            method={method}
            ids={samples.data?.ids}
            change={change}
            drag={setDragged}
            settle={settle}
          />
          {samples.isLoadingError ? (
            <ErrorMessage error={samples.error} retry={samples.refetch} />
          ) : samples.isPending ? (
            <GridSkeleton />
          ) : samples.data.ids.length === 0 ? (
            <EmptyMessage
              title={samples.data.total === 0 ? 'This run has no samples' : 'No sample fits this filter'}
              actions={filter !== '' && <Button onClick={() => change({ filter: '' })}>Show all samples</Button>}
            >
              {samples.data.total === 0
                ? 'The dataset folder held no images when the run began.'
                : `Nothing in ${samples.data.total} samples matches “${filter}”.`}
            </EmptyMessage>
          ) : (
            <SampleGrid run={run} ids={samples.data.ids} view={view} method={method} at={stored.at} />
          )}
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
