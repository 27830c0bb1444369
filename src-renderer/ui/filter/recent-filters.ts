/** Filters that were used in a project, the last one first; kept by the browser, since they are the user's habit. */
const KEPT = 12

const keyOf = (project: string) => `headlight-filters ${project}`

export function recentFilters(project: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(project)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((filter) => typeof filter === 'string') : []
  } catch {
    // Written by something else: begins anew.
    return []
  }
}

export function rememberFilter(project: string, filter: string): void {
  if (filter.trim() === '') return
  const others = recentFilters(project).filter((other) => other !== filter)
  localStorage.setItem(keyOf(project), JSON.stringify([filter, ...others].slice(0, KEPT)))
}
