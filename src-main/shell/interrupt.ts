const STATUS_INTERRUPTED = 130
/** One Ctrl-C may arrive twice: from the terminal, and passed on by the script that started this process. */
const SAME_PRESS_MS = 1000

/** Aborted by the first Ctrl-C (or a polite kill). A second one ends the process without waiting for anything. */
export function interruptSignal(): AbortSignal {
  const abort = new AbortController()
  let firstAt = 0
  const interrupt = () => {
    const now = performance.now()
    if (!abort.signal.aborted) {
      firstAt = now
      abort.abort()
    } else if (now - firstAt > SAME_PRESS_MS) {
      process.exit(STATUS_INTERRUPTED)
    }
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return abort.signal
}
