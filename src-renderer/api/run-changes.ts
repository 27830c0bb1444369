/** Runs renamed, deleted, and brought back. */
import type { RunInfo } from '@shared/api'
import { useMutation } from '@tanstack/react-query'
import { notify } from './live'
import { refreshProject } from './query-client'
import { service } from './service'

export function useRenameRun(runId: number) {
  return useMutation({
    mutationFn: (name: string) => service.call('run.rename', { runId, name }),
    onSuccess: refreshProject,
  })
}

/** Deletes a run; the notice undoes it while the project stays open. */
export function useDeleteRun({ id: runId, name }: RunInfo) {
  return useMutation({
    mutationFn: () => service.call('run.delete', { runId }),
    onSuccess: () => {
      notify('info', `“${name}” is deleted. Its results go when the project closes.`, {
        text: 'Undo',
        act: () => void bringBack(runId),
      })
      return refreshProject()
    },
  })
}

async function bringBack(runId: number): Promise<void> {
  try {
    await service.call('run.undelete', { runId })
    await refreshProject()
  } catch (error) {
    notify('error', `The run is not back: ${(error as Error).message}`)
  }
}
