import { constants } from 'node:os'
import { endChildren } from '../process/index'

/** Ctrl-C; a polite kill, as batch queues send it; the terminal or the connection to it is gone. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type InterruptName = (typeof SIGNALS)[number]

/** One signal may arrive twice: from the terminal, and passed on by the script that started this process. */
const SAME_PRESS_MS = 1000

/** After a polite kill, which a harder one follows: what is not saved by then is dropped, and the program has ended soon after. */
export const HASTE_MS = 700
const LAST_MS = 1300

let first: InterruptName = 'SIGINT'

/**
 * Aborted by the first interruption. A second one ends the process without waiting for anything, and so does a polite
 * kill after a moment.
 */
export function interruptSignal(): AbortSignal {
  const abort = new AbortController()
  let firstAt = 0
  const interrupt = (name: InterruptName) => {
    const now = performance.now()
    if (!abort.signal.aborted) {
      first = name
      firstAt = now
      if (name === 'SIGTERM') setTimeout(() => void endAll(), LAST_MS).unref()
      abort.abort()
      // A lost terminal is reported several times; it does not mean that the program must end at once.
    } else if (name !== 'SIGHUP' && now - firstAt > SAME_PRESS_MS) {
      process.exit(interruptedStatus())
    }
  }
  for (const name of SIGNALS) process.on(name, () => interrupt(name))
  return abort.signal
}

async function endAll(): Promise<never> {
  await endChildren()
  process.exit(interruptedStatus())
}

/** Whether the interruption was SIGTERM, after which a SIGKILL may follow soon. */
export function interruptedInHaste(): boolean {
  return first === 'SIGTERM'
}

/** The exit status of an interrupted program, 128 and the signal's number: 130 after Ctrl-C, 143 after a kill. */
export function interruptedStatus(): number {
  return 128 + constants.signals[first]
}
