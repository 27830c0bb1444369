/** Closing the last window while a run computes: the user decides, and a run that goes on stays in sight. */
import type { BrowserWindow, MessageBoxOptions } from 'electron'
import type { RunProgress } from '@shared/api'
import { shareDone } from './computing-run'

export type ClosingWindow = Pick<BrowserWindow, 'on' | 'minimize'>

export interface ClosingOptions {
  /** The run that computes, null for none. */
  computing(): RunProgress | null
  /** Shows a message box over the window; gives the index of the button. */
  ask(options: MessageBoxOptions): Promise<number>
  /** Ends the program, which saves the batches under way. */
  quit(): void
}

export interface Closing {
  /** From now on windows close without a question: the user said so, or the system shuts down. */
  allow(): void
}

const KEEP = 0
const QUIT = 1
const STAY = 2

/**
 * Asks before the window closes, which app.quit() does as well ("Electron will first try to close all the windows",
 * electronjs.org/docs/api/app#event-window-all-closed). The window is minimised, not hidden, so that the taskbar or the
 * dock keeps showing the run.
 */
export function askBeforeClosing(window: ClosingWindow, { computing, ask, quit }: ClosingOptions): Closing {
  let allowed = false
  let asking = false
  window.on('close', (event) => {
    const run = computing()
    if (allowed || !run) return
    event.preventDefault()
    if (asking) return
    asking = true
    void ask(question(run))
      .then((answer) => {
        if (answer === KEEP) window.minimize()
        if (answer !== QUIT) return
        allowed = true
        quit()
      })
      .finally(() => (asking = false))
  })
  return { allow: () => void (allowed = true) }
}

function question(run: RunProgress): MessageBoxOptions {
  const percent = Math.floor(100 * shareDone(run))
  return {
    type: 'question',
    message: 'A run is computing.',
    detail: `${percent} % of ${run.total.toLocaleString('en')} images are done. Quitting saves them, and the run can be resumed.`,
    buttons: ['Keep Computing', 'Save and Quit', 'Cancel'],
    defaultId: KEEP,
    cancelId: STAY,
    noLink: true,
  }
}
