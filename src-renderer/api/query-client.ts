/** The cache of answers, and the events of the main side that make parts of it stale. */
import type { ProjectInfo, SampleRow } from '@shared/api'
import { type Query, QueryClient } from '@tanstack/react-query'
import { forgetProgress, notify, recordProgress, useLive } from './live'
import { refreshAnnotations } from './annotation-events'
import { forgetPictures } from './picture-cache'
import { recordExport } from './export-queries'
import { service } from './service'

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
      void queryClient.invalidateQueries()
    }
    wasLost = connection === 'lost'
  })
  service.on('notice', ({ level, message }) => notify(level, message))
  service.on('run.progress', recordProgress)
  service.on('export.progress', (job) => recordExport(queryClient, job))
  service.on('annotations.changed', (event) => refreshAnnotations(queryClient, event))
  service.on('views.changed', () => void queryClient.invalidateQueries({ queryKey: ['views'] }))
  const refresh = throttled(refreshResults, REFRESH_EVERY_MS)
  const refreshStatistics = throttled(() => invalidate(isStatistics), STATISTICS_EVERY_MS)
  service.on('project.changed', ({ path, runId }) => {
    if (queryClient.getQueryData<ProjectInfo | null>(['project'])?.path !== path) forgetResults()
    // More than a run that goes on: what is known of finished samples may be otherwise now.
    if (runId === null) void queryClient.invalidateQueries({ predicate: isResult })
    refresh()
    refreshStatistics()
  })
}

/** Drops everything that belongs to a project: run and sample ids mean other things in the next one. */
export function forgetResults(): void {
  forgetProgress()
  forgetPictures()
  queryClient.removeQueries({ predicate: isResult })
}

const RESULTS = new Set([
  'run',
  'ids',
  'facets',
  'row',
  'rows',
  'maps',
  'detail',
  'attention',
  'explain',
  'target-map',
  'layers',
  'shared-range',
  'stats',
  'errors',
  'annotation',
  'annotations',
  'marks',
  'views',
])

const isResult = ({ queryKey: [kind] }: Query) => RESULTS.has(String(kind))

/** Refetches what a run can still change: lists and counts always, rows and maps only where they were missing. */
function refreshResults(): void {
  invalidate(isUnfinished)
}

/** What is being fetched is not fetched anew before it has arrived. */
function invalidate(predicate: (query: Query) => boolean): void {
  void queryClient.invalidateQueries({ predicate }, { cancelRefetch: false })
}

/** Statistics go through all samples, so they are refetched less often. */
const isStatistics = ({ queryKey: [kind] }: Query) => kind === 'stats'

function isUnfinished({ queryKey, state: { data } }: Query): boolean {
  const [kind] = queryKey
  switch (kind) {
    case 'project':
    case 'run':
    case 'ids':
    case 'facets':
    case 'errors':
      return true
    case 'row':
      return !data || isPending(data as SampleRow)
    case 'rows':
      return !data || [...(data as Map<number, SampleRow>).values()].some(isPending)
    case 'maps':
      return !data || (data as Map<number, unknown>).size < String(queryKey[3]).split(',').length
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
