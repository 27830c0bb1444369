/** What a change of annotations makes stale, in this window and in every other. */
import type { Events } from '@shared/api'
import { ANNOTATION_FIELDS, parseFilter } from '@shared/filter'
import type { Query, QueryClient } from '@tanstack/react-query'
import { readKey } from './query-keys'
import { makeStale } from './stale'

/** Refetches what is in view and now says something else. */
export function refreshAnnotations(client: QueryClient, { samples, terms }: Events['annotations.changed']): void {
  const changed = new Set(samples)
  const isStale = ({ queryKey }: Query): boolean => {
    const { kind, parts } = readKey(queryKey)
    const [id] = parts
    if (kind === 'annotations') return true
    if (kind === 'annotation') return terms || changed.has(Number(id))
    if (kind === 'marks')
      return (
        terms ||
        String(id)
          .split(',')
          .some((each) => changed.has(Number(each)))
      )
    return kind !== 'ids' && parts.some((part) => asksForAnnotations(part))
  }
  void makeStale(client, { predicate: isStale })
  // Who walks through a list keeps it, though a sample has just left it: the list is fetched when it is next shown.
  const walking = /\/(samples|triage)\b/.test(location.pathname)
  const isStaleList = ({ queryKey }: Query) => {
    const { kind, parts } = readKey(queryKey)
    return kind === 'ids' && parts.some((part) => part === 'tag' || asksForAnnotations(part))
  }
  void makeStale(client, { predicate: isStaleList, refetchType: walking ? 'none' : 'active' })
}

/** Whether a part of a query's key is a filter or a sort over annotations. */
function asksForAnnotations(part: unknown): boolean {
  if (typeof part === 'string') return part.includes(':') && filterAsks(part)
  if (typeof part !== 'object' || part === null) return false
  const { filter, sort } = part as { filter?: unknown; sort?: unknown }
  return sort === 'annotated' || (typeof filter === 'string' && filterAsks(filter))
}

function filterAsks(filter: string): boolean {
  try {
    return parseFilter(filter).some((term) => 'field' in term && ANNOTATION_FIELDS.has(term.field))
  } catch {
    // A text that is not a filter has no samples to refetch.
    return false
  }
}
