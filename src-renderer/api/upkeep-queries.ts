/** Query hooks about where a project's parts are, and whether they are whole. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { ProjectInfo, TaskProgress } from '@shared/api'
import { refreshProject } from './query-client'
import { projectKey } from './query-keys'
import { service } from './service'

/** Whether datasets and models of the open project are where it knows them. */
export function usePlaces() {
  return useQuery({
    queryKey: projectKey('places'),
    queryFn: ({ signal }) => service.call('project.places', {}, { signal }),
  })
}

/** What relinking a dataset to a path would find. */
export function useRelinkPreview(datasetId: number, path: string | null) {
  return useQuery({
    queryKey: projectKey('relink', datasetId, path),
    queryFn: ({ signal }) => service.call('project.previewRelink', { datasetId, path: path ?? '' }, { signal }),
    enabled: path !== null,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
    meta: { onlyWhenAsked: true },
  })
}

export function useRelink() {
  return useRelinking((plan: number) => service.call('project.relink', { plan }))
}

/** Points the runs of a model at its file in another place. */
export function useRelinkModel() {
  return useRelinking((path: string) => service.call('project.relinkModel', { path }))
}

/** Gives results back to the project whose run it does not know. */
export function useRestoreRun() {
  return useRelinking((runId: number) => service.call('project.restoreRun', { runId }))
}

export function useRemoveUnclaimed() {
  return useRelinking((runId: number) => service.call('project.removeUnclaimed', { runId }))
}

function useRelinking<Input>(mutationFn: (input: Input) => Promise<ProjectInfo>) {
  return useMutation({ mutationFn, onSuccess: refreshProject })
}

/** Looks at the whole project; cancelled when nobody shows it any more. */
export function useProjectCheck(enabled: boolean, deep: boolean) {
  return useQuery({
    queryKey: projectKey('check', deep),
    queryFn: ({ signal }) => service.call('project.check', { deep }, { signal }),
    enabled,
    retry: false,
    gcTime: 0,
    staleTime: Infinity,
    meta: { onlyWhenAsked: true },
  })
}

export function useReport(enabled: boolean) {
  return useQuery({
    queryKey: projectKey('report'),
    queryFn: ({ signal }) => service.call('app.report', {}, { signal }),
    enabled,
    gcTime: 0,
    meta: { onlyWhenAsked: true },
  })
}

/** How far the task of this kind is that is under way, null before the first word of it. */
export function useTaskProgress(task: TaskProgress['task']): TaskProgress | null {
  const [progress, setProgress] = useState<TaskProgress | null>(null)
  useEffect(() => service.on('task.progress', (told) => told.task === task && setProgress(told)), [task])
  return progress
}
