import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FigureFile } from '@shared/api'
import type { Recipe } from '@shared/figure/recipe'
import { service } from '../../api/service'

export function useSavedRecipes() {
  return useQuery({ queryKey: ['figures'], queryFn: ({ signal }) => service.call('figures.list', {}, { signal }) })
}

/** The figure of a recipe as it will come out; the last one stays while the next is drawn. */
export function useFigurePreview(recipe: Recipe, enabled = true) {
  return useQuery({
    queryKey: ['figure', recipe],
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
    onSuccess: () => client.invalidateQueries({ queryKey: ['figures'] }),
  })
}

export function useRemoveRecipe() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => service.call('figures.remove', { name }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['figures'] }),
  })
}

export type FigureFormat = 'svg' | 'pdf' | 'png'

/** Draws the figure at its full resolution and hands it to the browser as a download. */
export function useDownloadFigure() {
  return useMutation({
    mutationFn: async ({ recipe, format }: { recipe: Recipe; format: FigureFormat }) => {
      download(await service.call('figures.write', { recipe, format }))
    },
  })
}

function download({ bytes, fileName, type }: FigureFile): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
