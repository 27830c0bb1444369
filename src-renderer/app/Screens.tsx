import { Suspense, lazy } from 'react'
import { Route, Switch } from 'wouter'
import { EmptyMessage } from '../ui/Messages'
import { ErrorBoundary } from './ErrorBoundary'
import { RunScreen } from './RunScreen'

const load = {
  start: () => import('../features/start/StartScreen'),
  newProject: () => import('../features/new-project/NewProjectScreen'),
  runs: () => import('../features/runs/RunsScreen'),
  gallery: () => import('../features/gallery/GalleryScreen'),
  sample: () => import('../features/sample/SampleScreen'),
  heads: () => import('../features/heads/HeadsScreen'),
}

const StartScreen = lazy(load.start)
const NewProjectScreen = lazy(load.newProject)
const RunsScreen = lazy(load.runs)
const GalleryScreen = lazy(load.gallery)
const SampleScreen = lazy(load.sample)
const HeadsScreen = lazy(load.heads)

/** Fetches every screen once the first one is idle, so that a change of screens neither waits nor needs the program. */
export function preloadScreens(): void {
  requestIdleCallback(() => {
    // A screen that cannot be fetched now is fetched again, and reported, when it is shown.
    for (const screen of Object.values(load)) screen().catch(() => undefined)
  })
}

/** Every address and its screen; each screen is loaded when it is first shown. */
export function Screens() {
  return (
    <ErrorBoundary>
      <Suspense fallback={null}>
        <Switch>
          <Route path="/">
            <StartScreen />
          </Route>
          <Route path="/new">
            <NewProjectScreen />
          </Route>
          <Route path="/runs">
            <RunsScreen />
          </Route>
          <Route path="/runs/:runId/gallery">
            <RunScreen>{(run) => <GalleryScreen key={run.id} run={run} />}</RunScreen>
          </Route>
          <Route path="/runs/:runId/samples/:id">
            {({ id }) => <RunScreen>{(run) => <SampleScreen run={run} id={Number(id)} />}</RunScreen>}
          </Route>
          <Route path="/runs/:runId/heads">
            <RunScreen>{(run) => <HeadsScreen key={run.id} run={run} />}</RunScreen>
          </Route>
          <Route>
            <EmptyMessage title="There is no such page" home>
              The address does not belong to any screen of Headlight.
            </EmptyMessage>
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  )
}
