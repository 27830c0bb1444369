/** The cache of answers, and the events of the main side that make parts of it stale. */
import type { SampleRow } from '@shared/api'
import { type Query, QueryClient } from '@tanstack/react-query'
import { forgetProgress, notify, recordProgress, useLive } from './live'
import { refreshAnnotations } from './annotation-events'
import { forgetPictures } from './picture-cache'
import { recordEvaluation } from './evaluation-queries'
import { recordExport } from './export-queries'
import { openProjectPath, whenProjectLeft } from './open-project'
import { ANY_PROJECT, OPEN_PROJECT, openProjectPrefix, projectKey, readKey } from './query-keys'
import { service } from './service'
import { makeStale } from './stale'

export const queryClient = new QueryClient({
  defaultOptions: {
    // Answers change when the main side says so, and errors are shown with a button to try again.
    queries: { retry: false, staleTime: Infinity, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
})

/** Milliseconds between two refreshes while a run writes results. */
const REFRESH_EVERY_MS = 1500
const STATISTICS_EVERY_MS = 5000

/** Feeds events into the cache and the live state. Called once, at start. */
export function listenToService(): void {
  let wasLost = false
  service.onState((connection) => {
    useLive.setState({ connection })
    if (connection === 'open' && wasLost) {
      forgetProgress()
      void makeStale(queryClient, {})
    }
    wasLost = connection === 'lost'
  })
  service.on('notice', ({ level, message }) => notify(level, message))
  service.on('run.progress', recordProgress)
  service.on('evaluation.progress', (info) => recordEvaluation(queryClient, info))
  service.on('export.progress', (job) => recordExport(queryClient, job))
  service.on('annotations.changed', (event) => refreshAnnotations(queryClient, event))
  service.on('views.changed', () => void makeStale(queryClient, { queryKey: projectKey('views') }))
  const refresh = throttled(() => invalidate(isUnfinished), REFRESH_EVERY_MS)
  const refreshStatistics = throttled(() => invalidate(isStatistics), STATISTICS_EVERY_MS)
  service.on('project.changed', ({ path, runId }) => {
    // Another window opened another project; which one is asked, and what was known of this one is forgotten then.
    if (path !== openProjectPath()) return void makeStale(queryClient, { queryKey: OPEN_PROJECT })
    // More than a run that goes on: what is known of finished samples may be otherwise now.
    if (runId === null) invalidate(isOfProject)
    refresh()
    refreshStatistics()
  })
}

whenProjectLeft(() => queryClient.removeQueries({ queryKey: ANY_PROJECT }))

/** Fetches anew which project is open, then everything that is in view of it: another is open, or all may be otherwise. */
export async function refreshProject(): Promise<void> {
  await makeStale(queryClient, { queryKey: OPEN_PROJECT })
  forgetPictures()
  queryClient.removeQueries({ queryKey: ANY_PROJECT, type: 'inactive' })
  void queryClient.resetQueries({ queryKey: openProjectPrefix(), type: 'active', predicate: isOfProject })
}

function invalidate(predicate: (query: Query) => boolean): void {
  void makeStale(queryClient, { predicate })
}

/** About the open project, except what is computed only when asked for. */
const isOfProject = ({ queryKey, meta }: Query) => queryKey[0] === ANY_PROJECT[0] && !meta?.onlyWhenAsked

/** Statistics go through all samples, so they are refetched less often. */
const isStatistics = ({ queryKey }: Query) => readKey(queryKey).kind === 'stats'

/** What a run can still change: lists and counts always, rows and maps only where they were missing. */
function isUnfinished({ queryKey, state: { data } }: Query): boolean {
  const { kind, parts } = readKey(queryKey)
  switch (kind) {
    case 'open-project':
    case 'info':
    case 'ids':
    case 'facets':
    case 'errors':
      return true
    case 'row':
      return !data || isPending(data as SampleRow)
    case 'rows':
      return !data || [...(data as Map<number, SampleRow>).values()].some(isPending)
    case 'maps':
      return !data || (data as Map<number, unknown>).size < String(parts[1]).split(',').length
    case 'detail':
    case 'shared-range':
      return data === null || data === undefined
    default:
      return false
  }
}

const isPending = ({ prediction, error }: SampleRow) => prediction === null && error === null

/** Runs at once, then at most once every `everyMs`, and once more after the last call of a burst. */
function throttled(run: () => void, everyMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false
  return function call() {
    if (timer !== undefined) {
      again = true
      return
    }
    run()
    timer = setTimeout(() => {
      timer = undefined
      if (again) {
        again = false
        call()
      }
    }, everyMs)
  }
}
