/** Pictures with what Pillow and torchvision made of them, as users sent them. */
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { decode, readImageFile } from './decode'
import { readPreprocessing } from './model-files'
import { inputPixels } from './preprocess'

const fixtures = resolve('src-main/compute/fixtures')
const picture = async (name: string) => decode(await readImageFile(join(fixtures, 'pictures', name)))

test.each([
  ['cmyk.jpg', 'cmyk.expected.png'],
  ['trans.gif', 'trans.expected.png'],
])('%s has the pixels of %s', async (name, expected) => {
  expect(Buffer.from((await picture(name)).rgb).equals(Buffer.from((await picture(expected)).rgb))).toBe(true)
})

test("a crop share of 0.95 at 224 begins where torchvision's crop begins", async () => {
  const config = join(fixtures, 'configurations', 'timm_crop', 'config.json')
  const model = { input: { name: 'x', shape: ['batch', 3, 224, 224] }, classes: 10 }
  const { preprocessing } = await readPreprocessing(config, model)
  const made = inputPixels(await picture('sq300.png'), preprocessing)
  expect(Buffer.from(made.rgb).equals(Buffer.from((await picture('sq300.expected.png')).rgb))).toBe(true)
})
