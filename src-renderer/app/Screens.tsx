import { Suspense, lazy } from 'react'
import { Route, Switch } from 'wouter'
import { EmptyMessage } from '../ui/Messages'
import { ErrorBoundary } from './ErrorBoundary'
import { RunScreen } from './RunScreen'

const StartScreen = lazy(() => import('../features/start/StartScreen'))
const NewProjectScreen = lazy(() => import('../features/new-project/NewProjectScreen'))
const RunsScreen = lazy(() => import('../features/runs/RunsScreen'))
const GalleryScreen = lazy(() => import('../features/gallery/GalleryScreen'))
const SampleScreen = lazy(() => import('../features/sample/SampleScreen'))
const HeadsScreen = lazy(() => import('../features/heads/HeadsScreen'))

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
