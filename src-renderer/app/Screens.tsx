import { type ComponentType, Suspense, lazy } from 'react'
import { Route, Switch } from 'wouter'
import { EmptyMessage } from '../ui/Messages'
import { ErrorBoundary } from './ErrorBoundary'
import { RunScreen } from './RunScreen'
import { plainScreens, runScreens } from './screens'

const plainRoutes = plainScreens.map(({ path, load }) => ({ path, Screen: lazy(load) as ComponentType }))
const runRoutes = runScreens.map(({ path, load }) => ({ path: `/runs/:runId${path}`, Screen: lazy(load) }))

/** Fetches every screen once the first one is idle, so that a change of screens neither waits nor needs the program. */
export function preloadScreens(): void {
  requestIdleCallback(() => {
    // A screen that cannot be fetched now is fetched again, and reported, when it is shown.
    for (const { load } of [...plainScreens, ...runScreens]) load().catch(() => undefined)
  })
}

/** Every address and its screen; each screen is loaded when it is first shown. */
export function Screens() {
  return (
    <ErrorBoundary>
      <Suspense fallback={null}>
        <Switch>
          {plainRoutes.map(({ path, Screen }) => (
            <Route key={path} path={path}>
              <Screen />
            </Route>
          ))}
          {runRoutes.map(({ path, Screen }) => (
            <Route key={path} path={path}>
              {(params) => (
                <RunScreen>
                  {(run, projectPath) => <Screen key={`${projectPath} ${run.id}`} run={run} params={params} />}
                </RunScreen>
              )}
            </Route>
          ))}
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
