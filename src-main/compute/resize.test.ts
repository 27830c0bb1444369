import { expect, test } from 'vitest'
import pillow from './fixtures/pillow-resize.json'
import { resize } from './resize'

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'))
const picture = { width: pillow.width, height: pillow.height, rgb: bytes(pillow.rgb) }

test.each(pillow.cases)('$interpolation to $width x $height is what Pillow gives, bit by bit', (expected) => {
  const { height, width } = expected
  const interpolation = expected.interpolation as Parameters<typeof resize>[3]
  expect(resize(picture, height, width, interpolation)).toEqual({ height, width, rgb: bytes(expected.rgb) })
})

test('the same size gives the same picture', () => {
  expect(resize(picture, picture.height, picture.width, 'bicubic')).toBe(picture)
})
