/** What saved views keep of an address, and how they are told apart. */
import type { SavedView } from '@shared/api'

/** The address in view without the sample that is scrolled to: a view is a question, not a place in its answer. */
export function viewAddress(path: string, search: string): string {
  const parameters = new URLSearchParams(search)
  parameters.delete('at')
  const written = parameters.toString()
  return path + (written && `?${written}`)
}

/** The run and the screen of a view: "Gallery", or "Gallery of run 2" where that is not the run in view. */
export function viewHint(
  { address }: SavedView,
  runId: number | undefined,
  screenName: (path: string) => string,
): string {
  const [, id = '', path = ''] = /^\/runs\/(\d+)(\/[\w-]+)/.exec(address) ?? []
  const screen = screenName(path)
  return Number(id) === runId ? screen : `${screen} of run ${id}`
}

/** Whether an address is of a run's screen, which a view can keep. */
export const canBeView = (path: string) => /^\/runs\/\d+\/[\w-]/.test(path)
