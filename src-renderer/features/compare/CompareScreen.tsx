import { Button } from '@mantine/core'
import { COLORMAPS } from '@shared/heatmap/colormap'
import { givesBoxes } from '@shared/detection-box'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { useProject } from '../../api/queries'
import { useCommands } from '../../base/commands'
import { links } from '../../base/links'
import { usePageTitle } from '../../base/page-title'
import type { RunScreenProps } from '../../base/screen-props'
import { useUrlState } from '../../base/url-state'
import { mapOpacity } from '../../heatmap/map-opacity'
import type { Point } from '../../heatmap/viewport'
import { useViewport } from '../../heatmap/zoom-commands'
import { EmptyMessage } from '../../ui/Messages'
import { SidePanels } from '../../ui/SidePanels'
import { AgreementPanel } from './AgreementPanel'
import { compareCommands } from './commands'
import { CompareBar } from './CompareBar'
import { ARRANGEMENTS, type CompareState, compareState } from '../../shared/pins/compare-state'
import classes from './CompareScreen.module.css'
import { cursorAfterKey } from './cursor'
import { DifferenceView } from './DifferenceView'
import { MethodGrid } from './MethodGrid'
import { PaneGrid } from './PaneGrid'
import { usePaneContents } from './pane-contents'
import { likenessLink } from '../../shared/likeness-state'
import type { Pane } from '../../shared/pins/panes'
import { useShownPanes } from './shown-panes'
import { SwipeView } from './SwipeView'
import type { PaneView } from './pane-view'

/** Two to six maps beside each other, swiped or subtracted, or a grid of samples and methods. */
export default function CompareScreen({ run }: RunScreenProps) {
  const [stored, change] = useUrlState(compareState)
  const [, navigate] = useLocation()
  const project = useProject().data
  const { panes, setPanes, linked, keepAsPins, showPins } = useShownPanes(project?.path ?? '', stored, change)
  const [viewport, setViewport] = useViewport(stored.zoom, change)
  const [cursor, setCursor] = useState<Point | null>(null)
  const [dragged, setDragged] = useState<Partial<CompareState>>({})
  const state = useMemo(() => ({ ...stored, ...dragged }), [stored, dragged])
  const settle = (part: Partial<CompareState>) => {
    setDragged({})
    change(part)
  }
  const contents = usePaneContents(project?.runs ?? [], panes)
  const [a, b] = pairOf(state, panes)
  usePageTitle('Compare', run.name)
  useCommands(compareCommands, {
    arrange: () => change({ show: ARRANGEMENTS[(ARRANGEMENTS.indexOf(state.show) + 1) % ARRANGEMENTS.length] }),
    cursor: (key) => setCursor(cursorAfterKey(key, cursor, contents)),
    leave: cursor ? () => setCursor(null) : null,
    turn: panes.length >= 2 ? () => change({ a: b, b: a }) : null,
  })

  const view: PaneView = {
    viewport,
    onViewport: setViewport,
    cursor,
    onCursor: setCursor,
    colormap: COLORMAPS[state.colormap],
    interpolation: state.interpolation,
    fade: state.fade,
    look: state.look,
    top: state.top,
    box: state.box,
    scale: state.scale,
  }
  const update = (index: number, pane: Pane | null) =>
    setPanes(pane ? panes.with(index, pane) : panes.toSpliced(index, 1))
  const isGrid = state.show === 'grid' && (state.samples.length > 0 || panes.length > 0)
  return (
    <div className={classes.screen} style={mapOpacity(state.opacity)}>
      <CompareBar
        state={state}
        panes={panes.length}
        pair={[a, b]}
        hasBoxes={[run, ...contents.map((content) => content.run)].some((each) => each && givesBoxes(each.model))}
        likeness={likenessOf(state, panes, [a, b])}
        change={settle}
        drag={setDragged}
      />
      {linked && (
        <p className={classes.linked} role="status">
          This link shows other panes than you have pinned.
          <Button size="compact-xs" onClick={keepAsPins}>
            Keep these as pins
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={showPins}>
            Show my pins
          </Button>
        </p>
      )}
      {isGrid ? (
        <MethodGrid run={run} state={state} panes={panes} change={change} />
      ) : panes.length === 0 ? (
        <EmptyMessage
          title="Nothing is pinned yet"
          actions={<Button onClick={() => navigate(links.gallery(run.id))}>Go to the gallery</Button>}
        >
          Press B on a sample, in the gallery or on its own page, to pin what is shown there: a method, a target, a
          head. Two to six pins are compared here.
        </EmptyMessage>
      ) : (
        <SidePanels
          id="compare"
          right={{
            name: 'agreement',
            width: 300,
            content: <AgreementPanel contents={contents} state={state} />,
          }}
        >
          {state.show === 'swipe' && panes.length >= 2 ? (
            <SwipeView
              {...{ contents, view, a, b }}
              split={state.split}
              onSplit={(split) => setDragged({ split })}
              onSplitEnd={(split) => settle({ split })}
            />
          ) : state.show === 'difference' && panes.length >= 2 ? (
            <DifferenceView {...{ contents, view, a, b }} />
          ) : (
            <PaneGrid
              contents={contents}
              view={view}
              runs={project?.runs ?? []}
              onChange={update}
              onAdd={(pane) => setPanes([...panes, pane])}
            />
          )}
        </SidePanels>
      )}
    </div>
  )
}

/** The question why the samples of two panes are alike, where they are two samples of one run. */
function likenessOf(
  { show, colormap, opacity, fade, interpolation }: CompareState,
  panes: readonly Pane[],
  [a, b]: [number, number],
) {
  const [first, second] = [panes[a], panes[b]]
  // With more than two panes side by side it is not known which two are meant.
  if (!first || !second || show === 'grid' || (show === 'panes' && panes.length > 2)) return null
  if (first.runId !== second.runId || first.sampleId === second.sampleId) return null
  const method = first.map.kind === 'method' ? { method: first.map.method } : {}
  const shown = { ...method, colormap, opacity, fade, interpolation }
  return likenessLink(first.runId, first.sampleId, { to: second.sampleId, ...shown })
}

/** The two panes of swipe and difference: those of the address where they are there and differ, else the first two. */
function pairOf({ a, b }: CompareState, panes: readonly Pane[]): [number, number] {
  return a !== b && a < panes.length && b < panes.length ? [a, b] : [0, 1]
}
