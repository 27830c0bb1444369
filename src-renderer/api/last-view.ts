/** Which address was last in view of a project, kept for the next time that it is opened. */
import { openProjectPath, whenProjectLeft } from './open-project'

/** Milliseconds that a view stays the same before it is kept. */
export const KEEP_AFTER_MS = 500

/**
 * Gives what takes note of an address of the open project. `send` keeps it once it has stood for a moment, and when the
 * project is left before that: as its own, and not as the next one's.
 */
export function lastViewKeeper(send: (project: string, address: string) => void): (address: string) => void {
  let waiting: { timer: ReturnType<typeof setTimeout>; keep: () => void } | undefined
  whenProjectLeft(() => {
    clearTimeout(waiting?.timer)
    waiting?.keep()
  })
  return (address) => {
    clearTimeout(waiting?.timer)
    const project = openProjectPath()
    if (project === null) return
    const keep = () => {
      waiting = undefined
      send(project, address)
    }
    waiting = { timer: setTimeout(keep, KEEP_AFTER_MS), keep }
  }
}
