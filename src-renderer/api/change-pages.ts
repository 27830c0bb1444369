import { type AnnotationChange, charactersOf, LIMITS, pagesOf } from '@shared/api'

/** Changes as pages that one call takes: about so many samples and so much text at most, in their order. */
export function changePages(changes: readonly AnnotationChange[]): AnnotationChange[][] {
  const pages: AnnotationChange[][] = []
  let [samples, characters] = [0, 0]
  for (const change of changes.flatMap(partsOf)) {
    const size = change.kind === 'region' ? 1 : change.ids.length
    const written = size * charactersOf(change)
    if (size > samples || written > characters || pages.length === 0) {
      pages.push([])
      ;[samples, characters] = [LIMITS.changed, LIMITS.changedCharacters]
    }
    pages.at(-1)?.push(change)
    samples -= size
    characters -= written
  }
  return pages
}

function partsOf(change: AnnotationChange): AnnotationChange[] {
  if (change.kind === 'region') return [change]
  const page = Math.min(LIMITS.changed, Math.floor(LIMITS.changedCharacters / Math.max(1, charactersOf(change))))
  if (change.ids.length <= page) return [change]
  return [...pagesOf(change.ids, page)].map((ids) => ({ ...change, ids }))
}
