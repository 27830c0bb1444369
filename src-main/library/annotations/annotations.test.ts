import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AnnotationChange, MARK } from '@shared/api'
import type { Library } from '../library'
import { projectOf } from './annotations-fixture'

let folder: string
let library: Library
let runId: number
const PATHS = ['Coat/1.png', 'Coat/2.png', 'Shirt/1.png', 'Shirt/2.png']

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-annotations-'))
  library = await projectOf(folder, 'P', 'ana', PATHS)
  runId = 1
})
afterEach(async () => {
  await library.project.close()
  rmSync(folder, { recursive: true })
})

const change = (...changes: AnnotationChange[]) => library.annotations.change({ changes })
const tag = (name: string, ids: number[], on = true): AnnotationChange => {
  return { kind: 'tag', tag: name, ids: Uint32Array.from(ids), on }
}
const verdict = (name: string | null, ids: number[]): AnnotationChange => {
  return { kind: 'verdict', verdict: name, ids: Uint32Array.from(ids) }
}
const note = (text: string, id: number): AnnotationChange => ({ kind: 'note', text, ids: Uint32Array.of(id) })
const square = { kind: 'rectangle', x: 1.5, y: 0, width: 3, height: 4 } as const
const region = (text: string, id: number): AnnotationChange => ({
  kind: 'region',
  region: 'r-1',
  shape: square,
  text,
  id,
})
const state = () => library.annotations.state()
const undo = () => library.annotations.undo()
const redo = () => library.annotations.redo()
const find = async (filter: string) => [
  ...(await library.samples.query({ runId, filter, sort: 'path', descending: false })).ids,
]
const said = async (id: number, from = library) => {
  const [sample] = await from.annotations.ofSamples({ ids: Uint32Array.of(id) })
  return sample?.annotations.map(({ kind, reviewer, text }) => `${kind} ${reviewer} ${text}`)
}
const reopen = async () => {
  await library.project.close()
  await library.project.open({ path: join(folder, 'P', 'P.headlight') })
}

describe('changes', () => {
  test('are said by the reviewer about every sample, and are there after a reopening', async () => {
    const changed = await change(
      tag('clutter', [1, 3]),
      verdict('label error', [1]),
      note('two\nlines', 1),
      region('cuff', 1),
    )
    expect([...changed.samples]).toEqual([1, 3])
    expect(changed).toMatchObject({ terms: true, step: { title: 'Annotated 2 samples (Coat/1.png and 1 more)' } })
    await reopen()
    expect(await said(1)).toEqual([
      'tag ana clutter',
      'verdict ana label error',
      'note ana two\nlines',
      'region ana cuff',
    ])
    const [sample] = await library.annotations.ofSamples({ ids: Uint32Array.of(1) })
    expect(sample?.annotations.at(-1)).toMatchObject({ region: 'r-1', shape: square, run: null })
    expect((await state()).tags).toMatchObject([{ name: 'clutter', hotkey: '1' }])
  })

  test('that change nothing make no step', async () => {
    await change(tag('clutter', [1]))
    expect(await change(tag('Clutter', [1]), verdict(null, [2]))).toMatchObject({ step: null, terms: false })
  })

  test('of a sample that the project does not have are refused, and nothing of them is written', async () => {
    await expect(change(tag('clutter', [1, 99]))).rejects.toMatchObject({ code: 'not-found' })
    expect(await said(1)).toEqual([])
    expect((await state()).tags).toEqual([])
  })

  test('give tiles their tags, verdict and marks', async () => {
    await change(tag('a', [1]), tag('b', [1, 2]), verdict('fine', [2]), note('n', 2), region('', 1))
    const { tags, verdicts } = await state()
    const marks = await library.annotations.marks({ ids: Uint32Array.of(2, 1, 3) })
    const [a, b] = tags.map(({ id }) => id)
    expect([...marks.starts]).toEqual([0, 1, 3, 3])
    expect([...marks.tags]).toEqual([b, a, b])
    expect([...marks.verdicts]).toEqual([verdicts.find(({ name }) => name === 'fine')?.id, 0, 0])
    expect([...marks.marks]).toEqual([MARK.note, MARK.region, 0])
  })
})

test('a tag takes the key that it is named by, unless it has one or another tag does', async () => {
  const keys = async () => (await state()).tags.map(({ name, hotkey }) => `${name} ${hotkey}`)
  const byKey = (name: string, hotkey: string) =>
    change({ kind: 'tag', tag: name, ids: Uint32Array.of(1), on: true, hotkey })
  await byKey('cuffs', '7')
  expect(await keys()).toEqual(['cuffs 7'])
  await byKey('Cuffs', '3')
  await byKey('collar', '7')
  expect(await keys()).toEqual(['cuffs 7', 'collar 1'])
  const keyless = (await state()).tags.map((term) => ({ ...term, hotkey: null }))
  await library.annotations.setTags({ tags: keyless })
  expect(await byKey('cuffs', '4')).toMatchObject({ step: null, terms: true })
  expect(await keys()).toEqual(['cuffs 4', 'collar null'])
  expect(await said(1)).toEqual(['tag ana cuffs', 'tag ana collar'])
})

describe('undo', () => {
  test('takes the pages of one change back together, and others one by one', async () => {
    const page = (ids: number[], step?: string) =>
      library.annotations.change({ changes: [tag('a', ids)], ...(step === undefined ? {} : { step }) })
    await page([1], 'x')
    await page([2], 'x')
    expect((await page([3], 'x')).step).toMatchObject({ samples: 3, title: expect.stringMatching(/^Tagged 3 samples/) })
    await page([4], 'y')
    expect((await undo()).step?.samples).toBe(1)
    expect([...(await undo()).samples].toSorted()).toEqual([1, 2, 3])
    expect(await find('tag:a')).toEqual([])
    await redo()
    expect((await find('tag:a')).toSorted()).toEqual([1, 2, 3])
    // A page that comes after something else was said is a step of its own.
    await library.annotations.change({ changes: [tag('b', [1])] })
    expect((await page([4], 'x')).step?.samples).toBe(1)
  })

  test('takes back the last step of the reviewer, redo does it again, also after a reopening', async () => {
    await change(tag('a', [1, 2]))
    await change(verdict('fine', [1]))
    await change(verdict('ambiguous', [1]))
    expect(await undo()).toMatchObject({ step: { title: 'Judged Coat/1.png “ambiguous”' }, skipped: 0 })
    await reopen()
    expect(await said(1)).toEqual(['tag ana a', 'verdict ana fine'])
    await undo()
    expect((await undo()).step?.title).toBe('Tagged 2 samples (Coat/1.png and 1 more) “a”')
    expect(await said(1)).toEqual([])
    expect((await undo()).step).toBeNull()
    for (const expected of ['Tagged 2', 'Judged Coat/1.png “fine”', 'Judged Coat/1.png “ambiguous”']) {
      expect((await redo()).step?.title).toContain(expected)
    }
    expect(await said(1)).toEqual(['tag ana a', 'verdict ana ambiguous'])
    expect((await redo()).step).toBeNull()
  })

  test('a new change ends what could be redone', async () => {
    await change(tag('a', [1]))
    await undo()
    await change(tag('b', [1]))
    expect(await state()).toMatchObject({ redo: null, undo: { title: 'Tagged Coat/1.png “b”' } })
  })

  test('is each reviewer’s own', async () => {
    await change(tag('a', [1]))
    await library.annotations.setReviewer({ name: 'ben' })
    expect((await undo()).step).toBeNull()
    await change(tag('a', [1]))
    expect(await said(1)).toEqual(['tag ana a', 'tag ben a'])
    await undo()
    expect(await said(1)).toEqual(['tag ana a'])
  })

  test('of a note that is typed on goes back to before the typing', async () => {
    await change(note('first', 1))
    await change(note('first words', 1))
    await change(note('other', 2))
    await undo()
    await undo()
    expect(await said(1)).toEqual([])
  })
})

describe('lists', () => {
  test('rename and remove entries on every sample; undo brings both back', async () => {
    await change(tag('a', [1, 2]), tag('b', [2]), verdict('fine', [1]))
    const before = await state()
    const [a] = before.tags
    const changed = await library.annotations.setTags({ tags: [{ ...a!, name: 'A' }] })
    expect([...changed.samples].sort()).toEqual([1, 2])
    expect(await said(2)).toEqual(['tag ana A'])
    expect(await find('tag:a')).toEqual([1, 2])
    await undo()
    expect((await state()).tags).toEqual(before.tags)
    expect(await said(2)).toEqual(['tag ana a', 'tag ana b'])
    await library.annotations.setVerdicts({ verdicts: [] })
    expect(await said(1)).toEqual(['tag ana a'])
  })

  test('swap the names of two entries', async () => {
    await change(tag('a', [1]), tag('b', [1, 2]))
    const [a, b] = (await state()).tags
    await library.annotations.setTags({
      tags: [
        { ...a!, name: 'b' },
        { ...b!, name: 'a' },
      ],
    })
    expect([await find('tag:a'), await find('tag:b')]).toEqual([[1, 2], [1]])
  })

  test('have every name and key once', async () => {
    const entry = { id: null, colour: '#000000' }
    const twice = (names: string[], keys: string[]) =>
      library.annotations.setTags({
        tags: names.map((name, i) => ({ ...entry, name, hotkey: keys[i]! })),
      })
    await expect(twice(['x', 'X'], ['1', '2'])).rejects.toMatchObject({ code: 'usage' })
    await expect(twice(['x', 'y'], ['1', '1'])).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('filters, facets and order', () => {
  test('find annotations by what they say, by whom, and where they differ', async () => {
    await change(tag('clutter', [1, 2]), verdict('label error', [1]), note('a MIRROR here', 3), region('', 4))
    await library.annotations.setReviewer({ name: 'Ben' })
    await change(verdict('fine', [1, 2]))
    const cases: [string, number[]][] = [
      ['tag:CLUTTER', [1, 2]],
      ['verdict:"label error"', [1]],
      ['verdict:"label error",fine', [1, 2]],
      ['-verdict:fine', [3, 4]],
      ['note:mirror', [3]],
      ['note:%', []],
      ['reviewer:ben', [1, 2]],
      ['annotated:false', []],
      ['region:true', [4]],
      ['conflict:true', [1]],
      ['tag:clutter conflict:false', [2]],
    ]
    for (const [filter, ids] of cases) expect(await find(filter), filter).toEqual(ids)
    await change({ kind: 'settled', verdict: 'fine', ids: Uint32Array.of(1) })
    expect(await find('verdict:"label error"')).toEqual([])
    expect(await find('conflict:true')).toEqual([])
    const facets = await library.annotations.facets({ runId, filter: 'label:Coat' })
    expect(facets).toMatchObject({ tags: [{ name: 'clutter', count: 2 }], annotated: 2 })
    expect(facets.verdicts.find(({ name }) => name === 'fine')?.count).toBe(2)
  })

  test('sort by the last annotation, samples without one last', async () => {
    for (const id of [3, 1, 2]) {
      await change(tag('a', [id]))
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    const order = async (descending: boolean) => [
      ...(await library.samples.query({ runId, filter: '', sort: 'annotated', descending })).ids,
    ]
    expect(await order(false)).toEqual([3, 1, 2, 4])
    expect(await order(true)).toEqual([2, 1, 3, 4])
  })
})

test('the place of triage is kept for each view', async () => {
  const place = (view: string) => library.annotations.place({ view })
  expect(await place('v')).toBeNull()
  await library.annotations.keepPlace({ view: 'v', id: 3 })
  await library.annotations.keepPlace({ view: 'v', id: 4 })
  await reopen()
  expect(await place('v')).toEqual({ id: 4 })
  expect(await place('w')).toBeNull()
})
