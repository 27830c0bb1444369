import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findModelFiles, readLabels, readPreprocessing } from './model-files'

const model = { input: { name: 'pixels', shape: ['batch', 3, 224, 224] as (number | string)[] }, classes: 2 }
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'headlight-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
const find = () => findModelFiles(path.join(folder, 'model.onnx'), model)

test('the demo is read from its own files', async () => {
  const demo = { input: { name: 'x', shape: ['b', 3, 112, 112] }, classes: 10 }
  const files = await findModelFiles(path.resolve('models/demo/clutter-vit.onnx'), demo)
  expect(files.labels[9]).toBe('Ankle_boot')
  expect(files.labelsSource).toBe('config.json')
  expect(files.preprocessing).toMatchObject({
    size: { height: 112, width: 112 },
    resize: { mode: 'none' },
    centerCrop: null,
    mean: [0.45, 0.45, 0.45],
    std: [0.25, 0.25, 0.25],
    source: 'preprocessor_config.json',
  })
})

test('nothing beside the model: defaults that say so', async () => {
  expect(await find()).toMatchObject({
    preprocessing: { source: 'defaults', size: { height: 224, width: 224 }, mean: [0.485, 0.456, 0.406] },
    labels: ['0', '1'],
    labelsSource: 'class numbers',
    preprocessingOrigins: { mean: "default: ImageNet's" },
  })
  expect((await find()).preprocessingWarnings.join()).toMatch(/No preprocessing was found .* ImageNet's/)
})

test('transformers: CLIP-like shortest edge and crop, bare numbers, DeiT', async () => {
  const common = { do_resize: true, do_center_crop: true, image_mean: [0.5, 0.5, 0.5], image_std: 0.5, resample: 3 }
  const file = await put('preprocessor_config.json', {
    ...common,
    size: { shortest_edge: 256 },
    crop_size: { height: 224, width: 224 },
  })
  expect(await readPreprocessing(file, model)).toMatchObject({
    preprocessing: {
      resize: { mode: 'shortest', height: 256, interpolation: 'bicubic' },
      centerCrop: { height: 224, width: 224 },
      size: { height: 224, width: 224 },
      std: [0.5, 0.5, 0.5],
      rescale: 1 / 255,
    },
    origins: { resize: 'preprocessor_config.json', rescale: "transformers' default: 1/255" },
    warnings: [],
  })
  await put('preprocessor_config.json', { ...common, size: 256, crop_size: 224 })
  expect((await find()).preprocessing.resize.mode).toBe('shortest')
  await put('preprocessor_config.json', {
    ...common,
    size: 256,
    crop_size: 224,
    feature_extractor_type: 'DeiTFeatureExtractor',
  })
  expect((await find()).preprocessing.resize.mode).toBe('exact')
  await put('preprocessor_config.json', { ...common, do_center_crop: false, size: 224 })
  expect((await find()).preprocessing).toMatchObject({ resize: { mode: 'exact' }, centerCrop: null })
})

test('timm: crop share, squash, label names', async () => {
  const pretrained_cfg = {
    input_size: [3, 224, 224],
    mean: [0.5, 0.5, 0.5],
    std: [0.5, 0.5, 0.5],
    interpolation: 'bicubic',
    crop_pct: 0.9,
  }
  await put('config.json', { architecture: 'vit_base_patch16_224', pretrained_cfg, label_names: ['cat', 'dog'] })
  expect(await find()).toMatchObject({
    preprocessing: { resize: { mode: 'shortest', height: 248 }, centerCrop: { height: 224 }, source: 'config.json' },
    labels: ['cat', 'dog'],
  })
  await put('config.json', { pretrained_cfg: { ...pretrained_cfg, crop_pct: 1, crop_mode: 'squash' } })
  expect((await find()).preprocessing.resize).toMatchObject({ mode: 'exact', height: 224, width: 224 })
})

test('files of another model are left aside when found, and refused when chosen', async () => {
  const preprocess = await put('preprocessor_config.json', { do_resize: true, size: { height: 384, width: 384 } })
  const labels = await put('labels.txt', 'a\nb\nc\n')
  const found = await find()
  expect(found.preprocessing.source).toBe(
    'defaults (preprocessor_config.json makes 384 x 384 pixels, the model takes 224 x 224)',
  )
  expect(found.labelsSource).toBe('class numbers (labels.txt names 3 classes, the model has 2)')
  await expect(readPreprocessing(preprocess, model)).rejects.toMatchObject({ code: 'usage' })
  await expect(readLabels(labels, model)).rejects.toThrow('labels.txt names 3 classes, and the model has 2.')
  expect(await readLabels(await put('labels.txt', 'a\r\nb\r\n'), model)).toMatchObject({ labels: ['a', 'b'] })
})

test('a file that cannot be understood is named', async () => {
  await put('preprocessor_config.json', '{ "do_resize": tru')
  await expect(find()).rejects.toThrow('preprocessor_config.json is not valid JSON')
  await put('preprocessor_config.json', { do_resize: true, size: 'large' })
  await expect(find()).rejects.toThrow("preprocessor_config.json cannot be used: 'size'")
})

test('mean and std that a file leaves out are defaults, and said to be', async () => {
  await put('preprocessor_config.json', { do_resize: true, size: { height: 224, width: 224 }, image_mean: 0.4 })
  expect(await find()).toMatchObject({
    preprocessing: { mean: [0.4, 0.4, 0.4], std: [0.5, 0.5, 0.5] },
    preprocessingOrigins: { mean: 'preprocessor_config.json', std: "transformers' default: 0.5" },
    preprocessingWarnings: ["preprocessor_config.json gives no image_std, so transformers' default was taken, 0.5."],
  })
  await rm(path.join(folder, 'preprocessor_config.json'))
  await put('config.json', { pretrained_cfg: { input_size: [3, 224, 224], crop_pct: 1 } })
  expect(await find()).toMatchObject({
    preprocessing: { mean: [0.485, 0.456, 0.406], resize: { interpolation: 'bicubic' } },
    preprocessingOrigins: { resize: 'config.json', interpolation: "timm's default: bicubic" },
  })
  expect((await find()).preprocessingWarnings.length).toBe(2)
})

test('class names: id2label by itself, a JSON list, synsets with their descriptions; foreign files are passed over', async () => {
  await put('labels.json', { train: 3, test: ['x'] })
  expect((await find()).labelsSource).toBe('class numbers')
  await put('labels.json', ['cat', 'dog'])
  expect(await find()).toMatchObject({ labels: ['cat', 'dog'], labelsSource: 'labels.json' })
  await put('id2label.json', { 1: 'hound', 0: 'kitten' })
  expect(await find()).toMatchObject({ labels: ['kitten', 'hound'], labelsSource: 'id2label.json', labelKeys: null })
  await put('config.json', {
    pretrained_cfg: { input_size: [3, 224, 224] },
    label_names: ['n02121808', 'n02084071'],
    label_descriptions: { n02121808: 'domestic cat', n02084071: 'dog' },
  })
  expect(await find()).toMatchObject({
    labels: ['domestic cat', 'dog'],
    labelKeys: ['n02121808', 'n02084071'],
    labelsSource: 'config.json',
  })
})
