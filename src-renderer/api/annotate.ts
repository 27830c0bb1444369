/**
 * Writing annotations. Changes are sent in order, one at a time, and count as saved when the library has acknowledged
 * them. A change that failed is kept until it is tried again or given up: nothing a user did is dropped silently.
 */
import type { AnnotationChange } from '@shared/api'
import { create } from 'zustand'
import { notify } from './live'
import { service } from './service'

export interface FailedChange {
  id: number
  changes: AnnotationChange[]
  runId: number | null
  /** Whose they are; the reviewer of the moment without it. */
  reviewer?: string
  message: string
}

interface Saving {
  /** Changes that are sent and not yet acknowledged. */
  pending: number
  failed: FailedChange[]
  /** Whether anything was saved since the window opened. */
  saved: boolean
}

export const useSaving = create<Saving>(() => ({ pending: 0, failed: [], saved: false }))

let queue: Promise<unknown> = Promise.resolve()
let nextFailure = 1

/** Sends changes as one step, of `reviewer` where it is not the one of the moment. Resolves to whether they were saved; a failure is shown by SaveStatus, with a retry. */
export function annotate(changes: AnnotationChange[], runId: number | null, reviewer?: string): Promise<boolean> {
  useSaving.setState(({ pending }) => ({ pending: pending + 1 }))
  const sent = queue.then(async () => {
    try {
      await service.call('annotations.change', { changes, runId, reviewer })
      useSaving.setState(({ pending }) => ({ pending: pending - 1, saved: true }))
      return true
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const failure = { id: nextFailure++, changes, runId, reviewer, message }
      useSaving.setState(({ pending, failed }) => ({ pending: pending - 1, failed: [...failed, failure] }))
      return false
    }
  })
  queue = sent
  return sent
}

/** Sends again all that could not be saved, in order. */
export async function retryFailed(): Promise<void> {
  const { failed } = useSaving.getState()
  useSaving.setState({ failed: [] })
  for (const { changes, runId, reviewer } of failed) await annotate(changes, runId, reviewer)
}

/** Undoes or does again the reviewer's last step, and says which. */
export async function walkHistory(direction: 'undo' | 'redo'): Promise<void> {
  const walked = queue.then(async () => {
    try {
      const { step, skipped } = await service.call(`annotations.${direction}`, {})
      if (!step) return notify('info', direction === 'undo' ? 'Nothing to undo.' : 'Nothing to do again.')
      const done = direction === 'undo' ? 'Undone' : 'Done again'
      const left = skipped === 0 ? '' : ` ${skipped} changed since then stay as they are.`
      notify('info', `${done}: ${step.title}.${left}`)
    } catch (error) {
      notify('error', `Not ${direction === 'undo' ? 'undone' : 'done again'}: ${(error as Error).message}`)
    }
  })
  queue = walked
  await walked
}
