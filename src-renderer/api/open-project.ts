/**
 * Which project is open, for everything that is kept by project outside of React: keys of queries, and what stores remember.
 * Ids of runs and samples mean other things in the next project, so that all of it is forgotten when a project is left.
 */

let openPath: string | null = null
const forgetters = new Set<() => void>()

/** The folder of the open project; null when none is open, or it is not known yet. */
export const openProjectPath = (): string | null => openPath

/** Names the project that is open now. What is kept of another one is forgotten first. */
export function enterProject(path: string | null): void {
  if (path === openPath) return
  openPath = path
  for (const forget of forgetters) forget()
}

/** Registers what forgets a store's memory of a project when the project is left. */
export function whenProjectLeft(forget: () => void): void {
  forgetters.add(forget)
}
