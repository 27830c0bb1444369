import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { middleCut } from './middle-cut'
import { PathName } from './PathName'

test('the end keeps a short file name with its slash, or the last characters of a long one', () => {
  expect(middleCut('imagenet/val/n01440764/00293.JPEG')).toEqual({
    start: 'imagenet/val/n01440764',
    end: '/00293.JPEG',
  })
  expect(middleCut('val/ILSVRC2012_val_00000293.JPEG')).toEqual({ start: 'val/ILSVRC2012_val', end: '_00000293.JPEG' })
  expect(middleCut('a-folder-that-is-opened.headlight/')).toEqual({
    start: 'a-folder-that-is-ope',
    end: 'ned.headlight/',
  })
})

test('a short name is not cut', () => {
  expect(middleCut('Shirt/00044.jpg')).toBeNull()
  expect(middleCut('')).toBeNull()
})

test('characters of several code points stay whole, and spaces beside the cut are kept', () => {
  const family = '👩‍👩‍👧'
  expect(middleCut(family.repeat(30))).toEqual({ start: family.repeat(16), end: family.repeat(14) })
  expect(middleCut('some pictures of a long day out.jpg')?.end).toBe('ng\u00a0day\u00a0out.jpg')
})

test('the whole name is in the page once, as one text, and in the title', () => {
  for (const name of ['Bag/1.jpg', 'imagenet/val/n01440764/00293.JPEG']) {
    const markup = renderToStaticMarkup(<PathName name={name} />)
    expect(markup.replaceAll(/<[^>]*>/g, '')).toBe(name)
    expect(markup).toContain(`title="${name}"`)
  }
})
