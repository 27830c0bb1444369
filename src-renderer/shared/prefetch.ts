import { imageUrls } from '@shared/api'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { afterPaint } from '../ui/after-paint'
import { annotationsQuery } from '../api/annotation-queries'
import { detailQuery } from '../api/sample-queries'

/** Fetches samples that are likely to be looked at next, so that walking through a result does not wait. */
export function usePrefetchedSamples(runId: number, ids: (number | undefined)[]): void {
  const client = useQueryClient()
  const wanted = ids.filter((id) => id !== undefined).join()
  useEffect(() => {
    const prefetch = () => {
      for (const id of wanted.split(',').filter(Boolean).map(Number)) {
        void client.prefetchQuery(detailQuery(runId, id))
        void client.prefetchQuery(annotationsQuery(id))
        new Image().src = imageUrls.image(runId, id)
      }
    }
    return afterPaint(prefetch)
  }, [client, runId, wanted])
}
