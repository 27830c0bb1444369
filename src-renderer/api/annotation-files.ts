/** Annotations as a file, and a file of another reviewer merged in. */
import type { AnnotationFormat } from '@shared/api'
import { allAnnotationParts } from '@shared/api/annotation-parts'
import { useMutation } from '@tanstack/react-query'
import { download } from './download'
import { notify } from './live'
import { service } from './service'

/** Downloads all annotations, or those of the samples that a filter finds in a run. */
export function useExportAnnotations() {
  return useMutation({
    mutationFn: async ({ format, part }: { format: AnnotationFormat; part: { runId?: number; filter?: string } }) => {
      const parts = await allAnnotationParts((after) => service.call('annotations.export', { format, ...part, after }))
      download(`annotations.${format}`, parts, format === 'csv' ? 'text/csv' : 'application/json')
    },
    onError: (error) => notify('error', `Not exported: ${error.message}`),
  })
}

/** Merges a file; gives its name and what became of each annotation. */
export function useImportAnnotations() {
  return useMutation({
    mutationFn: async (file: File) => {
      const content = new Uint8Array(await file.arrayBuffer())
      return { name: file.name, result: await service.call('annotations.import', { name: file.name, content }) }
    },
    onError: (error) => notify('error', error.message),
  })
}
