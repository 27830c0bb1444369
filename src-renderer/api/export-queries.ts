/** Exports in the background: what there is of them, kept up to date by their events. */
import type { ExportJob, ExportRequest } from '@shared/api'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { projectKey } from './query-keys'
import { service } from './service'

export function useExportJobs() {
  return useQuery({
    queryKey: projectKey('exports'),
    queryFn: ({ signal }) => service.call('exports.list', {}, { signal }),
    refetchOnMount: 'always',
  })
}

export function useStartExport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (request: ExportRequest) => service.call('exports.start', request),
    onSuccess: (job) => recordExport(client, job),
  })
}

export type ExportAction = 'pause' | 'resume' | 'cancel'

export function useExportControl(id: number) {
  return useMutation({ mutationFn: (action: ExportAction) => service.call(`exports.${action}`, { id }) })
}

/** Takes a job over as it is now; a new one comes first. What ended is never taken back by a late message. */
export function recordExport(client: QueryClient, job: ExportJob): void {
  client.setQueryData<ExportJob[]>(projectKey('exports'), (jobs) => {
    if (jobs === undefined) return undefined
    const known = jobs.find(({ id }) => id === job.id)
    if (known === undefined) return [job, ...jobs]
    if (isOver(known) && !isOver(job)) return jobs
    return jobs.map((other) => (other.id === job.id ? job : other))
  })
}

export function isOver({ state }: ExportJob): boolean {
  return state !== 'running' && state !== 'paused'
}
