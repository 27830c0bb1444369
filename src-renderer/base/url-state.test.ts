import { expect, it } from 'vitest'
import { galleryState, sampleState, viewState } from './view'

it('writes nothing for what is as usual', () => {
  expect(viewState.search(viewState.defaults)).toBe('')
  expect(viewState.parse('')).toEqual(viewState.defaults)
})

it('reads back what it wrote', () => {
  const view = {
    ...viewState.defaults,
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
  expect(viewState.parse(viewState.search(view))).toEqual(view)
})

it('reads the weight of a head as an order', () => {
  expect(viewState.parse('?sort=head(7,2)').sort).toBe('head(7,2)')
  expect(viewState.parse('?sort=head(7)').sort).toBe('path')
})

it('takes the usual for what it cannot read, and clamps numbers', () => {
  const view = viewState.parse('?sort=size&method=magic&colors=jet&opacity=900&tile=x&overlay=maybe&order=')
  expect(view).toEqual({ ...viewState.defaults, opacity: 100 })
  expect(galleryState.parse('?at=-1').at).toBeNull()
})

it('has fields that belong to one screen only', () => {
  expect(galleryState.search({ ...galleryState.defaults, at: 7 })).toBe('?at=7')
  expect(viewState.search(viewState.parse('?at=7&tile=160'))).toBe('?tile=160')
  expect(sampleState.parse('?head=7.2').head).toBe('7.2')
})

it('tells steps of the history from changes in place', () => {
  const from = viewState.defaults
  expect(viewState.isStep(from, { filter: 'label:Shirt' })).toBe(true)
  expect(viewState.isStep(from, { filter: '', opacity: 20 })).toBe(false)
  expect(viewState.isStep(from, { opacity: 20, sort: 'label' })).toBe(true)
})
