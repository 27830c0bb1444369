/** Inputs as timm, open_clip and transformers make them of their own configurations (fixtures/library-inputs.py). */
import { inflateSync } from 'node:zlib'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Preprocessing } from '@shared/api'
import { withResizeBackend } from '@shared/resize-backend'
import cases from './fixtures/library-inputs.json'
import { readPreprocessing } from './model-files'
import { inputTensor } from './preprocess'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-libraries-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The formula of fixtures/library-inputs.py. */
function picture(width: number, height: number) {
  const rgb = new Uint8Array(width * height * 3)
  for (let at = 0; at < rgb.length; at++) {
    const [channel, pixel] = [at % 3, Math.floor(at / 3)]
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    const isNoise = (Math.floor(x / 5) + Math.floor(y / 7)) % 2 === 1
    rgb[at] = isNoise ? Math.imul(x * 73 + y * 151 + channel * 89, 2654435761) >>> 24 : x * 3 + y * 5 + channel * 40
  }
  return { width, height, rgb }
}

/** PyTorch's weights of float pictures are float32, ours float64; everything else is the same but for the last bits. */
const MOST = { 'torch-float': 1e-4, other: 1e-6 }

type Case = (typeof cases)[number]

async function preprocessingOf({ file, config }: Pick<Case, 'file'> & { config: object }) {
  const written = join(folder, file)
  await writeFile(written, JSON.stringify(config))
  const open = { input: { name: 'x', shape: ['batch', 3, 'height', 'width'] }, classes: 2 }
  return (await readPreprocessing(written, open)).preprocessing
}

test.each(cases)('$library, $name', async (each) => {
  expectInputs(each, await preprocessingOf(each))
})

/** By itself the very configuration does not show what it was made with: then the backend can be chosen. */
test.each(cases.filter(({ file }) => file === 'processor_config.json'))(
  '$library, $name by itself, over torchvision as asked',
  async (each) => {
    const config = (each.config as { image_processor: object }).image_processor
    const found = await preprocessingOf({ file: 'preprocessor_config.json', config })
    expectInputs(each, withResizeBackend(found, 'torchvision'))
    const back = withResizeBackend(withResizeBackend(found, 'torchvision'), 'pillow')
    expect({ ...back.rules, of: found.rules?.of }).toEqual(found.rules)
  },
)

function expectInputs({ inputs }: Case, preprocessing: Preprocessing) {
  for (const { width, height, shape, values } of inputs) {
    const made = inputTensor(picture(width, height), preprocessing)
    expect([3, made.height, made.width], `${width} x ${height}`).toEqual(shape)
    const bytes = inflateSync(Buffer.from(values, 'base64'))
    const expected = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    const maximum = made.values.reduce((largest, value, at) => Math.max(largest, Math.abs(value - expected[at]!)), 0)
    const limit = preprocessing.rules?.resample === 'torch-float' ? MOST['torch-float'] : MOST.other
    expect(maximum, `${width} x ${height}`).toBeLessThan(limit)
  }
}
