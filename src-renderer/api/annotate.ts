/**
 * Writing annotations. Changes are sent in order, one at a time, and count as saved when the library has acknowledged
 * them. A change that failed is kept until it is tried again or given up: nothing a user did is dropped silently.
 */
import type { AnnotationChange, AnnotationChanged } from '@shared/api'
import { create } from 'zustand'
import { changePages } from './change-pages'
import { type NoticeAction, notify } from './live'
import { openProjectPath } from './open-project'
import { service } from './service'

export interface FailedChange {
  id: number
  /** The project whose samples they are about. */
  project: string | null
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

/**
 * Sends changes as one step, of `reviewer` where it is not the one of the moment. Resolves to what was saved, null for a
 * failure, which SaveStatus shows with a retry.
 */
export function annotate(
  changes: AnnotationChange[],
  runId: number | null,
  reviewer?: string,
): Promise<AnnotationChanged | null> {
  const project = openProjectPath()
  useSaving.setState(({ pending }) => ({ pending: pending + 1 }))
  const sent = queue.then(async () => {
    try {
      if (openProjectPath() !== project) throw new Error('Another project was opened before it was sent.')
      const changed = await sendPages(changes, { runId, reviewer })
      useSaving.setState(({ pending }) => ({ pending: pending - 1, saved: true }))
      return changed
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const failure = { id: nextFailure++, project, changes, runId, reviewer, message }
      useSaving.setState(({ pending, failed }) => ({ pending: pending - 1, failed: [...failed, failure] }))
      return null
    }
  })
  queue = sent
  return sent
}

/** As many calls as the changes take; one step of undo. A failure leaves the pages before it saved. */
async function sendPages(
  changes: AnnotationChange[],
  about: { runId: number | null; reviewer?: string },
): Promise<AnnotationChanged> {
  const [first = [], ...others] = changePages(changes)
  if (others.length === 0) return service.call('annotations.change', { changes: first, ...about })
  const step = crypto.randomUUID()
  const answers = []
  for (const page of [first, ...others]) {
    answers.push(await service.call('annotations.change', { changes: page, ...about, step }))
  }
  return {
    step: answers.findLast((answer) => answer.step !== null)?.step ?? null,
    samples: Uint32Array.from(answers.flatMap(({ samples }) => [...samples])),
    terms: answers.some(({ terms }) => terms),
    skipped: 0,
  }
}

/** The failed changes of the open project: those of others wait until theirs is open again. */
export const failedHere = ({ failed }: Saving): FailedChange[] => failed.filter(isHere)

const isHere = ({ project }: FailedChange): boolean => project === openProjectPath()

/** Sends again all that could not be saved in the open project, in order. */
export async function retryFailed(): Promise<void> {
  const { failed } = useSaving.getState()
  useSaving.setState({ failed: failed.filter((change) => !isHere(change)) })
  for (const { changes, runId, reviewer } of failed.filter(isHere)) await annotate(changes, runId, reviewer)
}

/** Of a message about changes that could not be saved, where no SaveStatus is shown. */
export const tryAgain: NoticeAction = { text: 'Try again', act: () => void retryFailed() }

/** Undoes or does again the reviewer's last step, and says which, on which samples; `show` is where these are seen. */
export async function walkHistory(
  direction: 'undo' | 'redo',
  show: (samples: Uint32Array) => NoticeAction | undefined,
): Promise<void> {
  const walked = queue.then(async () => {
    try {
      const { step, samples, skipped } = await service.call(`annotations.${direction}`, {})
      if (!step) return notify('info', direction === 'undo' ? 'Nothing to undo.' : 'Nothing to do again.')
      const done = direction === 'undo' ? 'Undone' : 'Done again'
      const left = skipped === 0 ? '' : ` ${skipped} changed since then stay as they are.`
      notify('info', `${done}: ${step.title}.${left}`, show(samples))
    } catch (error) {
      notify('error', `Not ${direction === 'undo' ? 'undone' : 'done again'}: ${(error as Error).message}`)
    }
  })
  queue = walked
  await walked
}
