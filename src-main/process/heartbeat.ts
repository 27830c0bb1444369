/**
 * Tells a child that its parent is gone where the port itself does not: Electron's parentPort has no 'close' event
 * (electronjs.org/docs/api/parent-port). The parent sends a beat at a fixed interval; the child counts its own ticks
 * without one. Ticks and beats stop together while the machine sleeps, so that waking up ends nothing.
 */

/** Milliseconds between two beats. */
export const BEAT_MS = 5000
/** A parent that was silent for as many beats is gone; a busy one is silent for far fewer. */
export const SILENT_BEATS = 12

/** Sends beats until the returned function is called. Does not keep the process alive. */
export function startBeating(send: () => void): () => void {
  const timer = setInterval(send, BEAT_MS)
  timer.unref()
  return () => clearInterval(timer)
}

export interface HeartbeatWatch {
  /** A beat, or any other sign of life, arrived. */
  heard(): void
  stop(): void
}

/** Calls `onSilence` once, after `SILENT_BEATS` intervals in which nothing was heard. */
export function watchHeartbeat(onSilence: () => void): HeartbeatWatch {
  let silent = 0
  const timer = setInterval(() => {
    silent += 1
    if (silent < SILENT_BEATS) return
    clearInterval(timer)
    onSilence()
  }, BEAT_MS)
  return {
    heard: () => void (silent = 0),
    stop: () => clearInterval(timer),
  }
}
