import { dirname } from 'node:path'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import { type ErrorValue, fromErrorValue, HeadlightError, toErrorValue } from '@shared/errors'
import type { DatabaseFile } from './database-file'
import { damageOf } from './backups'
import { filesOf } from './project'

interface CopyToCheck {
  copyOfReview: string
  alone: boolean
}

type Found = { damage: string | null } | { error: ErrorValue }

/**
 * Checks a copy of review.sqlite in a thread that starts from `entryFile` and calls `answerCopyCheck`: reading a hundred
 * thousand annotations through takes a second. What is wrong with it, null for nothing.
 */
export function checkCopyInThread(entryFile: string, { file }: DatabaseFile, alone: boolean): Promise<string | null> {
  const worker = new Worker(entryFile, { workerData: { copyOfReview: file, alone } satisfies CopyToCheck })
  return new Promise((resolve, reject) => {
    worker.once('message', (found: Found) =>
      'error' in found ? reject(fromErrorValue(found.error)) : resolve(found.damage),
    )
    worker.once('error', reject)
    worker.once('exit', () => reject(new HeadlightError('internal', 'The thread that checks a backup ended.')))
  })
}

/** The side of the thread. */
export function answerCopyCheck({ copyOfReview, alone }: CopyToCheck = workerData as CopyToCheck): void {
  let found: Found
  try {
    found = { damage: damageOf({ ...filesOf(dirname(copyOfReview)).review, file: copyOfReview }, alone) }
  } catch (error) {
    found = { error: toErrorValue(error) }
  }
  parentPort?.postMessage(found)
}
