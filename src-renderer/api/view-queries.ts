/** Saved views of the project: names for addresses. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { lastViewKeeper } from './last-view'
import { notify } from './live'
import { projectKey } from './query-keys'
import { service } from './service'

export function useSavedViews(enabled = true) {
  return useQuery({
    queryKey: projectKey('views'),
    queryFn: ({ signal }) => service.call('views.list', {}, { signal }),
    enabled,
  })
}

/** The address that was last in view of the open project; null for none, and where it cannot be told. */
export async function lastView(): Promise<string | null> {
  try {
    return (await service.call('views.last', {}))?.address ?? null
  } catch {
    // The project is open: it begins as if it were new.
    return null
  }
}

/** Keeps an address as the one that was last in view of the open project. */
export const keepLastView = lastViewKeeper((project, address) => {
  // Only a comfort of the next time; a lost connection says so by itself.
  service.call('views.keepLast', { project, address }).catch(() => undefined)
})

/** Keeps an address under a name. "Saved" is said once the library has it. */
export function useSaveView() {
  return useMutation({
    mutationFn: (view: { name: string; address: string }) => service.call('views.save', view),
    onSuccess: ({ name }) => notify('info', `View “${name}” saved.`),
    onError: (error) => notify('error', `The view was not saved: ${error.message}`),
  })
}

export function useRemoveView() {
  return useMutation({
    mutationFn: (name: string) => service.call('views.remove', { name }),
    onError: (error) => notify('error', `The view was not removed: ${error.message}`),
  })
}
