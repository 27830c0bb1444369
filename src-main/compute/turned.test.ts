import sharp from 'sharp'
import { expect, test } from 'vitest'
import { turned } from './turned'

test.each([1, 5, 6, 7, 8])('orientation %i turns a mask as its picture is turned', async (orientation) => {
  const [width, height] = [5, 3]
  const regions = Uint8Array.from({ length: width * height }, (_, index) => index * 10)
  const stored = await sharp(regions, { raw: { width, height, channels: 1 } })
    .withMetadata({ orientation })
    .png()
    .toBuffer()
  const { data, info } = await sharp(stored)
    .autoOrient()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const upright = turned({ width, height, regions }, orientation)
  expect([upright.width, upright.height, ...upright.regions]).toEqual([info.width, info.height, ...data])
})
