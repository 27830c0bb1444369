/** Saved views of the project: names for addresses. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { notify } from './live'
import { service } from './service'

export function useSavedViews(enabled = true) {
  return useQuery({
    queryKey: ['views'],
    queryFn: ({ signal }) => service.call('views.list', {}, { signal }),
    enabled,
  })
}

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
