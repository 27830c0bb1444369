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

test('long texts are parted sooner, so that no call writes more than the contract takes', () => {
  const corner = Array.from({ length: 2000 }, (_, i): [number, number] => [i, i])
  const region = (id: number): AnnotationChange => ({
    ...{ kind: 'region', id, region: 'r', text: '', shape: { kind: 'polygon', points: corner } },
  })
  const note: AnnotationChange = {
    kind: 'note',
    ids: Uint32Array.from({ length: 60 }, (_, i) => i),
    text: 'x'.repeat(20_000),
  }
  const changes = [note, ...Array.from({ length: 20 }, (_, i) => region(i))]
  expect(annotationCalls['annotations.change'].input.safeParse({ changes: [note] }).success).toBe(false)
  const pages = changePages(changes)
  for (const page of pages)
    expect(annotationCalls['annotations.change'].input.safeParse({ changes: page }).success).toBe(true)
  const written = pages.flat().flatMap((change) => (change.kind === 'region' ? [change.id] : [...change.ids]))
  expect(written).toEqual([...note.ids, ...Array.from({ length: 20 }, (_, i) => i)])
})
