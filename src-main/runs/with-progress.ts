import type { TaskProgress } from '@shared/api'
import type { Library } from './compute-source'

const PROGRESS_MS = 250

/** Waits for a long task of the library, and meanwhile tells how far it is. */
export async function withProgress<Result>(
  library: Library,
  work: Promise<Result>,
  tell: (progress: TaskProgress) => void,
): Promise<Result> {
  const timer = setInterval(() => {
    // The end of the task tells of a library that died.
    library.upkeep.progress().then(
      (progress) => progress && tell(progress),
      () => undefined,
    )
  }, PROGRESS_MS)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
