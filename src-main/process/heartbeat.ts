/**
 * Tells a child that its parent is gone where the port itself does not: Electron's parentPort has no 'close' event
 * (electronjs.org/docs/api/parent-port). The parent sends a beat at a fixed interval; the child counts its own ticks
 * without one. Ticks and beats stop together while the machine sleeps, so that waking up ends nothing. Electron's main
 * process is silent as long as a menu is open or a title bar is held, so silence alone ends nothing either.
 */
import { isGone } from './is-gone'

/** Milliseconds between two beats. */
export const BEAT_MS = 5000
/** After as many beats of silence the child looks whether its parent is still there. */
export const SILENT_BEATS = 12

/** Sends beats until the returned function is called. Does not keep the process alive. */
export function startBeating(send: () => void): () => void {
  const timer = setInterval(send, BEAT_MS)
  timer.unref()
  return () => clearInterval(timer)
}

export interface HeartbeatWatch {
  /** A beat, or any other sign of life, arrived; beats say the number of the parent's process. */
  heard(parent?: number): void
  stop(): void
}

/** Calls `onSilence` once, after `SILENT_BEATS` intervals in which nothing was heard of a parent that is gone. */
export function watchHeartbeat(onSilence: () => void): HeartbeatWatch {
  let silent = 0
  let pid: number | null = null
  const timer = setInterval(() => {
    silent++
    if (silent < SILENT_BEATS) return
    silent = 0
    if (pid !== null && !isGone(pid)) return
    clearInterval(timer)
    onSilence()
  }, BEAT_MS)
  return {
    heard(parent) {
      silent = 0
      pid = parent ?? pid
    },
    stop: () => clearInterval(timer),
  }
}
