/** Quitting the desktop application: runs are saved first, once; a hanging driver does not prevent quitting. */
import type { App } from 'electron'

/** Seconds that saving may take. Afterwards the children are ended; a run goes on from its last saved batch. */
export const SAVED_WITHIN_S = 60

export interface QuittingOptions {
  /** Saves the batches under way and closes the project. */
  save(): Promise<void>
  /** Ends the child processes at once. */
  end(): Promise<void>
  /** Hears why something was not saved. */
  onFailure(error: unknown): void
}

export interface Quitting {
  /** The windows are closed, and the program ends once all is saved. */
  readonly begun: boolean
}

/** Holds up 'will-quit' until all is saved. A second one meanwhile (Cmd+Q, a system that shuts down) saves nothing twice. */
export function saveBeforeQuitting(app: Pick<App, 'on' | 'quit'>, { save, end, onFailure }: QuittingOptions): Quitting {
  let begun = false
  let ended = false
  const saveAndEnd = async () => {
    await withinTime(save()).catch(onFailure)
    await end().catch(onFailure)
    ended = true
    app.quit()
  }
  app.on('will-quit', (event) => {
    if (ended) return
    event.preventDefault()
    if (begun) return
    begun = true
    void saveAndEnd()
  })
  return {
    get begun() {
      return begun
    },
  }
}

function withinTime(saving: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`Not everything was saved within ${SAVED_WITHIN_S} seconds.`)),
      SAVED_WITHIN_S * 1000,
    )
    saving.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
