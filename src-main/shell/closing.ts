/** Closing the last window while a run computes or an export is written: the user decides, and what goes on stays in sight. */
import type { BrowserWindow, MessageBoxOptions } from 'electron'
import type { RunProgress } from '@shared/api'
import { shareDone } from './computing-run'

export type ClosingWindow = Pick<BrowserWindow, 'on' | 'minimize'>

export interface ClosingOptions {
  /** The run that computes, null for none. */
  computing(): RunProgress | null
  /** How many exports are being written. */
  exporting(): number
  /** Shows a message box over the window; gives the index of the button. */
  ask(options: MessageBoxOptions): Promise<number>
  /** Ends the program, which saves the batches under way. */
  quit(): void
}

export interface Closing {
  /** From now on windows close without a question: the user chose it, or the system shuts down. */
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
export function askBeforeClosing(window: ClosingWindow, { computing, exporting, ask, quit }: ClosingOptions): Closing {
  let allowed = false
  let asking = false
  window.on('close', (event) => {
    const run = computing()
    const exports = exporting()
    if (allowed || (!run && exports === 0)) return
    event.preventDefault()
    if (asking) return
    asking = true
    void ask(run ? runQuestion(run, exports) : question(KEEP_WRITING))
      .then((answer) => {
        if (answer === KEEP) window.minimize()
        if (answer !== QUIT) return
        allowed = true
        quit()
      })
      // If the box cannot be shown, the window stays open, and the next closing asks again.
      .catch(() => undefined)
      .finally(() => (asking = false))
  })
  return { allow: () => void (allowed = true) }
}

const ENDS = 'Quitting ends it: overlays that are drawn stay, any other file is not written.'

const KEEP_WRITING = {
  message: 'An export is being written.',
  detail: ENDS,
  buttons: ['Keep Writing', 'Quit', 'Cancel'],
}

function runQuestion(run: RunProgress, exports: number): MessageBoxOptions {
  const percent = Math.floor(100 * shareDone(run))
  const done = `${percent} % of ${run.total.toLocaleString('en')} images are done. Quitting saves them, and the run can be resumed.`
  return question({
    message: 'A run is computing.',
    detail: exports > 0 ? `${done}\n\n${KEEP_WRITING.message} ${ENDS}` : done,
    buttons: ['Keep Computing', 'Save and Quit', 'Cancel'],
  })
}

/** The buttons are in the order of KEEP, QUIT and STAY. */
function question(options: Pick<MessageBoxOptions, 'message' | 'detail' | 'buttons'>): MessageBoxOptions {
  return {
    type: 'question',
    ...options,
    defaultId: KEEP,
    cancelId: STAY,
    noLink: true,
  }
}
