import { hasHeadMaps } from '@headlight/explain/report'
import { useCallbackRef } from '@mantine/hooks'
import type { TargetPolicy } from '@shared/api'
import type { MethodId } from '@headlight/explain/methods'
import { givesBoxes } from '@shared/detection-box'
import { useDeferredValue, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useGroupedIds } from '../../api/group-queries'
import { useSampleDetail } from '../../api/sample-queries'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import type { RunScreenProps } from '../../base/screen-props'
import { readTarget, writeTarget } from '../../base/target-text'
import { isLeft, useUrlState } from '../../base/url-state'
import { type SampleState, sampleState, viewState } from '../../base/view'
import { LOOK_IDS } from '../../base/look'
import { mapOpacity } from '../../heatmap/map-opacity'
import { nextMethod, shownMethod } from '../../heatmap/shown-method'
import { useViewport } from '../../heatmap/zoom-commands'
import { ErrorMessage } from '../../ui/Messages'
import { AnnotationPanel } from '../../shared/annotating/AnnotationPanel'
import { loadDetail } from '../../api/sample-queries'
import { usePinCommand } from '../../shared/pins/pin-commands'
import { sampleCommands } from './commands'
import { MethodStrip } from './MethodStrip'
import { SampleHeader } from './SampleHeader'
import { SamplePanels } from './SamplePanels'
import classes from './SampleScreen.module.css'
import { Stage } from './Stage'
import { StageControls } from './StageControls'
import { type HeadId, headText, parseHead } from '../../shared/heads/head-id'
import { likenessLink } from '../../shared/likeness-state'
import { usePrefetchedSamples } from '../../shared/prefetch'
import { useShownExplanation } from './shown-explanation'
import { useStageMap } from './stage-map'
import { useFollowingAddress, useWalk } from './walk'

/** One sample: large picture with overlay, every method, any target, head weights, single heads and patches. */
export default function SampleScreen({ run, params }: RunScreenProps) {
  const [path, navigate] = useLocation()
  const { id, walking, walk } = useWalk(Number(params.id))
  const [stored, write] = useUrlState(sampleState, links.sample(run.id, id))
  const change = useCallbackRef((part: Partial<SampleState>) => write(walking ? { patch: null, ...part } : part))
  const arrive = useCallbackRef(() => {
    if (!isLeft(path)) navigate(links.sample(run.id, id, { ...stored, patch: null }), { replace: true })
  })
  useFollowingAddress({ id, walking }, arrive)
  const [dragged, setDragged] = useState<Partial<SampleState>>({})
  const view = useMemo(() => ({ ...stored, ...dragged }), [stored, dragged])
  const [viewport, setViewport] = useViewport(stored.zoom, change)
  const { methods } = run.definition
  const hasMaps = run.model.noMaps === undefined
  const hasHeads = hasHeadMaps(run.model)
  const head = useMemo(() => (hasHeads ? parseHead(stored.head, run.model) : null), [hasHeads, stored.head, run.model])
  const target = useMemo(() => readTarget(stored.target), [stored.target])
  const extra = !hasMaps || stored.extra === '' || methods.includes(stored.extra) ? null : stored.extra
  const shownMethods = useMemo(() => (extra ? [...methods, extra] : methods), [extra, methods])
  const method = extra ?? shownMethod(view.method, methods)
  const { filter, sort, descending, group } = stored
  const ids = useGroupedIds({ runId: run.id, filter, sort, descending }, group).data?.ids
  const detail = useSampleDetail(run.id, id)
  const isStored = head === null && target === null && stored.layer === null
  const explanation = useShownExplanation(run, id, detail.data, target, extra)
  const ofHead = head !== null && !walking && stored.patch !== null && stored.patch < patchCount(run.model.grid)
  const patch = ofHead ? stored.patch : null
  const onStage = useStageMap({ run, id, shown: explanation.shown, method, target, head, patch, layer: stored.layer })
  // A key changes picture and header at once; the panels around them follow and are dimmed until then.
  const panelsId = useDeferredValue<number | null>(id, null)
  const behind = panelsId !== null && panelsId !== id
  const index = useMemo(() => ids?.indexOf(id) ?? -1, [ids, id])
  const [previous, next] = [ids?.[index - 1], index < 0 ? undefined : ids?.[index + 1]]
  usePrefetchedSamples(run.id, index < 0 ? [] : [next, previous, ids?.[index + 2], ids?.[index + 3]])

  const settle = useCallbackRef((part: Partial<SampleState>) => {
    setDragged({})
    change(part)
  })
  const showMethod = useCallbackRef((wanted: MethodId) =>
    settle({
      head: '',
      patch: null,
      overlay: true,
      ...(methods.includes(wanted) ? { method: wanted, extra: '' } : { extra: wanted }),
    }),
  )
  const display = useCallbackRef((part: Partial<SampleState>) => (part.method ? showMethod(part.method) : settle(part)))
  const explain = useCallbackRef((wanted: TargetPolicy | null) =>
    settle({ target: wanted ? writeTarget(wanted) : '', head: '', patch: null, overlay: true }),
  )
  const explainRegion = useCallbackRef((region: string) => {
    const named = target && target.kind !== 'contrast' && 'classIndex' in target ? target.classIndex : undefined
    const classIndex = explanation.shown?.target ?? named ?? detail.data?.row.prediction ?? null
    if (classIndex !== null && classIndex >= 0) explain({ kind: 'region', classIndex, region })
  })
  const showHead = useCallbackRef((chosen: HeadId | null) => {
    if (hasHeads) settle({ head: chosen ? headText(chosen) : '', patch: null, overlay: true })
    else if (chosen) navigate(links.ofRun(run.id, `/heads/${headText(chosen)}`))
  })
  const showLayer = useCallbackRef((layer: number | null) => change({ layer }))
  const back = useCallbackRef(() => {
    if (walking) arrive()
    navigate(links.gallery(run.id, { ...stored, at: id }))
  })
  const likeness = useCallbackRef(() =>
    navigate(likenessLink(run.id, id, { ...viewState.parse(viewState.search(stored)), among: filter })),
  )
  const stepBack = () => {
    if (patch !== null) return change({ patch: null })
    return head ? change({ head: '', patch: null }) : back()
  }
  const stepLayer = (by: number) => {
    const last = run.model.layers - 1
    const to = Math.min(last, Math.max(0, (stored.layer ?? last) + by))
    change({ layer: to === last ? null : to })
  }
  const walkBack = useCallbackRef(() => previous !== undefined && walk(previous))
  const walkOn = useCallbackRef(() => next !== undefined && walk(next))
  useCommands(sampleCommands, {
    previous: previous === undefined ? null : walkBack,
    next: next === undefined ? null : walkOn,
    back: stepBack,
    overlay: () => change({ overlay: !view.overlay }),
    method: method && (() => showMethod(nextMethod(method, methods))),
    look: () => change({ look: LOOK_IDS[(LOOK_IDS.indexOf(view.look) + 1) % LOOK_IDS.length] }),
    fewer: method && !head ? () => stepLayer(-1) : null,
    more: method && !head ? () => stepLayer(1) : null,
    likeness,
  })
  usePinCommand(async () => {
    const { row } = detail.data ?? (await loadDetail(run.id, id))
    const map = head
      ? { kind: 'head' as const, ...head, patch }
      : method && view.overlay
        ? { kind: 'method' as const, method }
        : { kind: 'image' as const }
    return {
      pane: { sampleId: id, runId: run.id, map, target: head ? null : target },
      name: detail.data ? onStage.what : row.path,
    }
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
        onPrevious={previous === undefined ? null : walkBack}
        onNext={next === undefined ? null : walkOn}
      />
      <div className={classes.body}>
        <div className={classes.left}>
          <StageControls
            methods={shownMethods}
            hasBoxes={givesBoxes(run.model)}
            view={view}
            method={method}
            change={display}
            drag={setDragged}
          />
          <Stage
            run={run}
            id={id}
            detail={detail.data}
            ids={ids}
            view={{ ...view, patch }}
            method={method}
            head={head}
            explanation={explanation.shown}
            shown={{
              ...onStage,
              computing: onStage.computing || (explanation.computing && !head),
              error: onStage.error ?? (head ? null : explanation.error),
            }}
            viewport={viewport}
            onViewport={setViewport}
            onLayer={showLayer}
            onPatch={(chosen) => change({ patch: chosen })}
            onLeaveHead={() => change({ head: '', patch: null })}
          />
          <div className={classes.following} data-behind={behind}>
            {hasMaps && (
              <MethodStrip
                run={run}
                id={panelsId ?? id}
                view={view}
                target={target}
                extra={extra}
                chosen={head ? null : method}
                onChoose={showMethod}
              />
            )}
          </div>
        </div>
        <aside className={classes.right} aria-label="Details">
          <AnnotationPanel
            runId={run.id}
            sampleId={id}
            onExplainRegion={run.model.dense?.kind === 'pixels' ? explainRegion : undefined}
          />
          <div className={classes.following} data-behind={behind}>
            {panelsId !== null && (
              <SamplePanels
                run={run}
                id={panelsId}
                target={target}
                extra={extra}
                head={head}
                method={isStored ? method : null}
                onTarget={explain}
                onHead={showHead}
                onLikeness={likeness}
              />
            )}
          </div>
        </aside>
      </div>
    </div>
  )
}

const patchCount = (grid: [number, number] | null) => (grid ? grid[0] * grid[1] : 0)
