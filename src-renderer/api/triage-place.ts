/** Where a reviewer stopped in each triage. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { notify } from './live'
import { runKey } from './query-keys'
import { service } from './service'

/** The sample at which the triage of a view stopped. */
export function useTriagePlace(runId: number, view: string) {
  return useQuery({
    queryKey: runKey(runId, 'triage-place', view),
    queryFn: ({ signal }) => service.call('annotations.place', { view }, { signal }),
    gcTime: 0,
  })
}

/** Keeps the place while it is in view; undefined keeps nothing. */
export function useKeptPlace(view: string, id: number | undefined): void {
  useEffect(() => {
    if (id === undefined) return
    service.call('annotations.keepPlace', { view, id }).catch((error: Error) => {
      notify('warning', `The place in triage was not kept: ${error.message}`)
    })
  }, [id, view])
}
