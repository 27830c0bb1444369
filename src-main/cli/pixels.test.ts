/** `headlight pixels` with the real processes. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import sharp from 'sharp'
import { parseNpy } from '@headlight/explain/files'
import { findDemo } from '../service/places'
import { commandLine } from './testing/command-line'

const demo = findDemo()
if (!demo) throw new Error('The demo model is missing.')
const { folder, said, headlight } = commandLine()

test('the tensor, its steps with the files that they come from, and what was passed over', async () => {
  const own = join(folder, 'model')
  mkdirSync(own, { recursive: true })
  const model = join(own, 'model.onnx')
  copyFileSync(demo.modelPath, model)
  writeFileSync(join(own, 'config.json'), '{ not JSON')
  const config = {
    input_size: [3, 112, 112],
    crop_pct: 0.95,
    interpolation: 'nearest',
    mean: [0, 0, 0],
    std: [1, 1, 1],
  }
  const file = join(folder, 'timm.json')
  writeFileSync(file, JSON.stringify({ pretrained_cfg: config }))
  // 117 pixels wide after resizing: the crop of 112 begins at 2.5, which is 2 half to even.
  const picture = join(folder, 'ramp.png')
  const ramp = Uint8Array.from({ length: 117 * 117 }, (_, pixel) => pixel % 117)
  await sharp(ramp, { raw: { width: 117, height: 117, channels: 1 } })
    .png()
    .toFile(picture)
  const deep = join(folder, 'deep.png')
  await sharp(ramp, { raw: { width: 117, height: 117, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toFile(deep)
  const out = join(folder, 'x.npy')
  expect(await headlight('pixels', model, picture, deep, '--out', out, '--preprocess', file, '--json')).toBe(0)
  const document = JSON.parse(said.printed)
  expect(document.steps.map((step: { do: string; from: string }) => [step.do, step.from])).toEqual([
    ['decode', 'default'],
    ['resize', 'timm.json'],
    ['center_crop', 'timm.json'],
    ['rescale', 'default'],
  ])
  expect(document.warnings).toEqual([expect.stringMatching(/^deep.png: 16-bit grey was scaled/)])
  const { dims, data } = parseNpy(readFileSync(out), 'x.npy')
  expect(dims).toEqual([2, 3, 112, 112])
  expect([...data.slice(0, 3)].map((value) => Math.round(Number(value) * 255))).toEqual([2, 3, 4])
  // Beside the model nothing can be read: defaults, and that is said.
  expect(await headlight('pixels', model, picture, '--out', out, '--json')).toBe(0)
  expect(JSON.parse(said.printed).warnings.join()).toMatch(/config.json is not valid JSON.*defaults were taken/)
  expect(JSON.parse(said.printed).steps[1]).toMatchObject({ do: 'resize', from: 'default' })
})

test('the backend that resizes is chosen where the configuration leaves it open, and the step says so', async () => {
  const picture = join(folder, 'noise.png')
  const noise = Uint8Array.from({ length: 150 * 90 }, (_, pixel) => (pixel * pixel * 7919) >>> 8)
  await sharp(noise, { raw: { width: 150, height: 90, channels: 1 } })
    .png()
    .toFile(picture)
  const config = { size: { height: 112, width: 112 }, resample: 2, image_processor_type: 'ViTImageProcessor' }
  const file = join(folder, 'preprocessor_config.json')
  writeFileSync(file, JSON.stringify(config))
  const made = async (...asked: string[]) => {
    const out = join(folder, 'z.npy')
    const all = ['pixels', demo.modelPath, picture, '--out', out, '--preprocess', file, ...asked, '--json']
    expect(await headlight(...all)).toBe(0)
    const { steps } = JSON.parse(said.printed) as { steps: { do: string; with: { as: string }; assumed?: string }[] }
    const { as } = steps.find((step) => step.do === 'resize')!.with
    return { as, assumed: steps[1]!.assumed !== undefined, bytes: readFileSync(out) }
  }
  const [open, pillow, torch] = [
    await made(),
    await made('--resize-backend', 'pillow'),
    await made('--resize-backend', 'torchvision'),
  ]
  expect([open.as, open.assumed, pillow.as, pillow.assumed]).toEqual(['Pillow 13', true, 'Pillow 13', false])
  expect([torch.as, torch.assumed]).toEqual(['torchvision, 8-bit', false])
  expect(pillow.bytes.equals(open.bytes)).toBe(true)
  expect(torch.bytes.equals(open.bytes)).toBe(false)
  // A fast processor says itself that torchvision resizes.
  writeFileSync(file, JSON.stringify({ ...config, image_processor_type: 'ViTImageProcessorFast' }))
  const out = join(folder, 'z.npy')
  const refused = ['pixels', demo.modelPath, picture, '--out', out, '--preprocess', file, '--resize-backend', 'pillow']
  expect(await headlight(...refused)).toBe(2)
  expect(said.noted).toContain('pillow cannot be chosen')
})

test('without pictures it is wrong usage; a picture that cannot be read is named', async () => {
  expect(await headlight('pixels', demo.modelPath, '--out', join(folder, 'y.npy'))).toBe(2)
  const text = join(folder, 'text.png')
  writeFileSync(text, 'this is not a picture')
  expect(await headlight('pixels', demo.modelPath, text, '--out', join(folder, 'y.npy'))).toBe(1)
  expect(said.noted).toContain('text.png is not an image')
})
