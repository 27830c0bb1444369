import { annotationChangeSchema, type AnnotationChange, annotationCalls, LIMITS } from '@shared/api'
import { expect, test } from 'vitest'
import { changePages } from './change-pages'

const tag = (ids: number, name = 'clutter'): AnnotationChange => ({
  kind: 'tag',
  ids: Uint32Array.from({ length: ids }, (_, i) => i),
  tag: name,
  on: true,
})

test('a change of a page stays one, larger ones are parted, and every page is one that the contract takes', () => {
  expect(changePages([tag(3), tag(LIMITS.changed - 3)])).toHaveLength(1)
  const pages = changePages([tag(10), tag(2 * LIMITS.changed + 5, 'lighting'), tag(1)])
  expect(pages.map((page) => page.map((change) => ('ids' in change ? change.ids.length : 1)))).toEqual([
    [10],
    [LIMITS.changed],
    [LIMITS.changed],
    [5, 1],
  ])
  for (const changes of pages) {
    expect(annotationCalls['annotations.change'].input.safeParse({ changes }).success).toBe(true)
    for (const change of changes) expect(annotationChangeSchema.safeParse(change).success).toBe(true)
  }
  const ids = pages
    .flat()
    .flatMap((change) => (change.kind === 'tag' && change.tag === 'lighting' ? [...change.ids] : []))
  expect(ids).toEqual([...Array.from({ length: 2 * LIMITS.changed + 5 }, (_, i) => i)])
})
