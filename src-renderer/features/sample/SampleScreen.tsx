import { useState } from 'react'
import { useLocation } from 'wouter'
import { useGroupedIds } from '../../api/group-queries'
import { useSampleDetail } from '../../api/sample-queries'
import { useCommands } from '../../app/commands'
import { links } from '../../app/links'
import { usePageTitle } from '../../app/page-title'
import type { RunScreenProps } from '../../app/screens'
import { useUrlState } from '../../app/url-state'
import { type View, sampleState } from '../../app/view'
import { mapOpacity } from '../../heatmap/map-opacity'
import { nextMethod, shownMethod } from '../../heatmap/shown-method'
import { ErrorMessage } from '../../ui/Messages'
import { AnnotationPanel } from '../annotations/AnnotationPanel'
import { sampleCommands } from './commands'
import { HeadWeights } from './HeadWeights'
import { MethodStrip } from './MethodStrip'
import { Predictions } from './Predictions'
import { SampleFacts } from './SampleFacts'
import { SampleHeader } from './SampleHeader'
import classes from './SampleScreen.module.css'
import { Stage } from './Stage'
import { headText, parseHead } from './head-weights'
import { usePrefetchedSamples } from './prefetch'

/** One sample: large picture with overlay, every method, predictions, head weights and single heads. */
export default function SampleScreen({ run, params }: RunScreenProps) {
  const id = Number(params.id)
  const [, navigate] = useLocation()
  const [stored] = useUrlState(sampleState)
  const [dragged, setDragged] = useState<Partial<View>>({})
  const view = { ...stored, ...dragged }
  const head = parseHead(stored.head, run.model.layers, run.model.heads)
  const method = shownMethod(view.method, run.definition.methods)
  const { filter, sort, descending, group } = stored
  const ids = useGroupedIds({ runId: run.id, filter, sort, descending }, group).data?.ids
  const detail = useSampleDetail(run.id, id)
  const index = ids?.indexOf(id) ?? -1
  const [previous, next] = [ids?.[index - 1], index < 0 ? undefined : ids?.[index + 1]]
  usePrefetchedSamples(run.id, [next, previous])
  usePageTitle(detail.data?.row.path ?? `Sample ${id}`, run.name)

  /** Goes to a sample, a view of it, or a head, in place of this entry of the history. */
  const show = (to: { id?: number; view?: Partial<View>; head?: string | null }) => {
    setDragged({})
    const shownHead = to.head === undefined ? head && headText(head) : to.head
    navigate(links.sample(run.id, to.id ?? id, { ...stored, ...to.view }, shownHead ?? ''), { replace: true })
  }
  const change = (part: Partial<View>) => show({ view: part })
  const back = () => navigate(links.gallery(run.id, { ...stored, at: id }))
  useCommands(sampleCommands, {
    previous: previous === undefined ? null : () => show({ id: previous }),
    next: next === undefined ? null : () => show({ id: next }),
    back: head ? () => show({ head: null }) : back,
    overlay: () => change({ overlay: !view.overlay }),
    method: method && (() => show({ view: { method: nextMethod(method, run.definition.methods) }, head: null })),
  })

  if (detail.isLoadingError) return <ErrorMessage error={detail.error} retry={detail.refetch} />
  return (
    <div className={classes.screen} style={mapOpacity(view.opacity)}>
      <SampleHeader
        run={run}
        row={detail.data?.row}
        position={index < 0 || !ids ? null : { index, count: ids.length }}
        filter={filter}
        onBack={back}
        onPrevious={previous === undefined ? null : () => show({ id: previous })}
        onNext={next === undefined ? null : () => show({ id: next })}
      />
      <div className={classes.body}>
        <div className={classes.left}>
          <Stage
            run={run}
            id={id}
            detail={detail.data}
            ids={ids}
            view={view}
            method={method}
            head={head}
            change={change}
            drag={setDragged}
            onLeaveHead={() => show({ head: null })}
          />
          <MethodStrip
            run={run}
            id={id}
            detail={detail.data}
            view={view}
            chosen={head ? null : method}
            onChoose={(chosen) => show({ view: { method: chosen, overlay: true }, head: null })}
          />
        </div>
        <aside className={classes.right} aria-label="Details">
          <AnnotationPanel runId={run.id} sampleId={id} />
          <Predictions run={run} detail={detail.data} />
          <HeadWeights
            run={run}
            detail={detail.data}
            chosen={head}
            onChoose={(chosen) => show({ head: chosen && headText(chosen), view: { overlay: true } })}
          />
          <SampleFacts run={run} detail={detail.data} />
        </aside>
      </div>
    </div>
  )
}
