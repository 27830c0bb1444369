import { expect, test } from 'vitest'
import { isImageName, whyNoPicture } from './dataset-kinds'

test('pictures that are read, and pictures that are not, each with what to do', () => {
  const read = ['a.jfif', 'b.JPE', 'c.ppm', 'd.pgm', 'e.pbm', 'f.pnm', 'g.jpeg', 'h.tif', 'train/i.PNG']
  expect(read.filter((name) => !isImageName(name) || whyNoPicture(name) !== null)).toEqual([])
  const unread = ['a.heic', 'b.HEIF', 'c.jxl', 'd.jp2', 'e.tga', 'f.dcm', 'g.CR2', 'h.svg', 'i.exr']
  for (const name of unread) {
    expect(isImageName(name), name).toBe(false)
    expect(whyNoPicture(name), name).toMatch(/not read: \w/)
  }
  for (const name of ['labels.csv', 'README', '.tga', 'jp2']) expect(whyNoPicture(name)).toBeNull()
})
