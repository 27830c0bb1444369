import { expect, it } from 'vitest'
import { DEFAULT_VIEW, parseView, viewSearch } from './view'

it('writes nothing for the default view', () => {
  expect(viewSearch(DEFAULT_VIEW)).toBe('')
  expect(parseView('')).toEqual(DEFAULT_VIEW)
})

it('reads back what it wrote', () => {
  const view = {
    ...DEFAULT_VIEW,
    filter: 'label:"Ankle boot" conf>0.9',
    sort: 'confidence',
    descending: true,
    method: 'chefer',
    overlay: false,
    colormap: 'viridis',
    opacity: 35,
    fade: false,
    scale: 'shared',
    interpolation: 'nearest',
    tile: 200,
  } as const
  expect(parseView(viewSearch(view))).toEqual(view)
})

it('takes the default for what it cannot read, and clamps numbers', () => {
  const view = parseView('?sort=size&method=magic&colors=jet&opacity=900&tile=x')
  expect(view).toEqual({ ...DEFAULT_VIEW, opacity: 100 })
})

it('adds what belongs to one screen only', () => {
  expect(viewSearch(DEFAULT_VIEW, { at: 7, head: null })).toBe('?at=7')
})
