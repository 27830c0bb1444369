import { type AnnotationChange, LIMITS, pagesOf } from '@shared/api'

/** Changes as pages that one call takes: about so many samples at most, in their order. */
export function changePages(changes: readonly AnnotationChange[]): AnnotationChange[][] {
  const pages: AnnotationChange[][] = []
  let room = 0
  for (const change of changes.flatMap(partsOf)) {
    const size = change.kind === 'region' ? 1 : change.ids.length
    if (size > room || pages.length === 0) {
      pages.push([])
      room = LIMITS.changed
    }
    pages.at(-1)?.push(change)
    room -= size
  }
  return pages
}

function partsOf(change: AnnotationChange): AnnotationChange[] {
  if (change.kind === 'region' || change.ids.length <= LIMITS.changed) return [change]
  return [...pagesOf(change.ids, LIMITS.changed)].map((ids) => ({ ...change, ids }))
}
