/** Figures of the open project: saved recipes, the preview of one, and its file. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Recipe } from '@shared/figure/recipe'
import { download } from './download'
import { projectKey } from './query-keys'
import { service } from './service'
import { makeStale } from './stale'

export function useSavedRecipes() {
  return useQuery({
    queryKey: projectKey('figures'),
    queryFn: ({ signal }) => service.call('figures.list', {}, { signal }),
  })
}

/** The figure of a recipe as it will come out; the last one stays while the next is drawn. */
export function useFigurePreview(recipe: Recipe, enabled = true) {
  return useQuery({
    queryKey: projectKey('figure', recipe),
    queryFn: ({ signal }) => service.call('figures.preview', { recipe }, { signal }),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
    retry: false,
    enabled,
  })
}

export function useSaveRecipe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (recipe: Recipe) => service.call('figures.save', { recipe }),
    onSuccess: () => makeStale(client, { queryKey: projectKey('figures') }),
  })
}

export function useRemoveRecipe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => service.call('figures.remove', { name }),
    onSuccess: () => makeStale(client, { queryKey: projectKey('figures') }),
  })
}

export type FigureFormat = 'svg' | 'pdf' | 'png'

/** Draws the figure at its full resolution and hands it to the browser as a download. */
export function useDownloadFigure() {
  return useMutation({
    mutationFn: async ({ recipe, format }: { recipe: Recipe; format: FigureFormat }) => {
      const { bytes, fileName, type } = await service.call('figures.write', { recipe, format })
      download(fileName, bytes, type)
    },
  })
}
