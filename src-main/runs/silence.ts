import type { AwakeClock } from './awake-clock'

const LOOK_EVERY_MS = 1000

/**
 * Waits for an answer, however long it takes, and tells each time that another `patienceMs` went by without one.
 * A driver that hangs cannot be told from a slow one, so that nothing is ended here: a person decides.
 */
export async function tellingSilence<Answer>(
  answer: Promise<Answer>,
  clock: AwakeClock,
  patienceMs: number,
  tell: (silentMs: number) => void,
): Promise<Answer> {
  const begun = clock.now()
  let told = 0
  const timer = setInterval(
    () => {
      const silentMs = clock.now() - begun
      if (silentMs < (told + 1) * patienceMs) return
      told = Math.floor(silentMs / patienceMs)
      tell(silentMs)
    },
    Math.min(patienceMs, LOOK_EVERY_MS),
  ).unref()
  try {
    return await answer
  } finally {
    clearInterval(timer)
  }
}
