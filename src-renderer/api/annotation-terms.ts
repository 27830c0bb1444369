/** Changes of what annotations are made of: the lists of tags and verdicts, and who annotates. */
import type { CallInput } from '@shared/api'
import { useMutation } from '@tanstack/react-query'
import { service } from './service'

export type TermEntry = CallInput<'annotations.setTags'>['tags'][number]

/** Saves a whole list, in one step that can be undone. */
export function useSaveTerms(list: 'tags' | 'verdicts') {
  return useMutation({
    mutationFn: (entries: TermEntry[]): Promise<unknown> =>
      list === 'tags'
        ? service.call('annotations.setTags', { tags: entries })
        : service.call('annotations.setVerdicts', { verdicts: entries }),
  })
}

export function useSetReviewer() {
  return useMutation({ mutationFn: (name: string) => service.call('annotations.setReviewer', { name }) })
}
