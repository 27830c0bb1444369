import type { Thread } from './thread'

const LOOKS_MS = 250

/**
 * Ends a thread that has used the processor for longer than `seconds` while `progress[0]`, which it counts up, stayed as it is. Time that it
 * waits, for a disk or because other programs are busy, does not count. Gives what stops looking; `onEnd` is told before the thread is
 * ended.
 */
export function endWithoutProgress(
  thread: Pick<Thread<unknown>, 'cpuSeconds' | 'end'>,
  progress: Int32Array,
  seconds: number,
  onEnd: () => void,
): () => void {
  let last = Atomics.load(progress, 0)
  let since: number | null = null
  let looking = false
  const look = async () => {
    const used = await thread.cpuSeconds()
    const now = Atomics.load(progress, 0)
    if (since === null || now !== last) [last, since] = [now, used]
    else if (used - since > seconds) {
      stop()
      onEnd()
      await thread.end()
    }
  }
  const timer = setInterval(() => {
    if (looking) return
    looking = true
    // A thread that has ended by itself tells no times.
    look()
      .catch(() => undefined)
      .finally(() => (looking = false))
  }, LOOKS_MS)
  timer.unref()
  const stop = () => clearInterval(timer)
  return stop
}
