import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findModelFiles, findTask, readLabels, readPreprocessing } from './model-files'

const model = { input: { name: 'pixels', shape: ['batch', 3, 224, 224] as (number | string)[] }, classes: 2 }
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(os.tmpdir(), 'headlight-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function put(name: string, content: unknown): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
const find = () => findModelFiles(join(folder, 'model.onnx'), model)

test('the demo is read from its own files', async () => {
  const demo = { input: { name: 'x', shape: ['b', 3, 112, 112] }, classes: 10 }
  const files = await findModelFiles(resolve('models/demo/clutter-vit.onnx'), demo)
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

test('a refused model that claims a billion channels costs no memory', async () => {
  const claims = { input: { name: 'pixels', shape: [1, 1e9, 32, 32] }, classes: 0 }
  const { preprocessing } = await findModelFiles(join(folder, 'model.onnx'), claims)
  expect(preprocessing).toMatchObject({ channels: 3, mean: [0.485, 0.456, 0.406] })
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

test('an image processor that has no way over torchvision has the rules of Pillow inside a processor, too', async () => {
  const rulesOf = async (type: string) => {
    const content = {
      image_processor: { image_processor_type: type, do_center_crop: false, size: { height: 224, width: 224 } },
    }
    return (await readPreprocessing(await put('processor_config.json', content), model)).preprocessing.rules
  }
  expect(await rulesOf('ViTImageProcessor')).toMatchObject({ resample: 'torch' })
  const vivit = await rulesOf('VivitImageProcessor')
  expect(vivit).toMatchObject({ passes: 'height-first' })
  expect(vivit).not.toHaveProperty('resample')
})

test('a file that cannot be read keeps no model from being looked at, and is named; chosen, it is refused', async () => {
  const file = await put('preprocessor_config.json', '{ "do_resize": tru')
  await put('config.json', '{ "id2label": ')
  const found = await find()
  expect(found.preprocessingWarnings.join()).toMatch(/preprocessor_config.json is not valid JSON.*defaults were taken/)
  expect(found.labelsSource).toMatch(/^class numbers \(config.json is not valid JSON/)
  expect(await findTask(join(folder, 'model.onnx'), { task: 'single-label', ending: 'none' })).toMatchObject({
    task: 'single-label',
  })
  await expect(readPreprocessing(file, model)).rejects.toThrow('preprocessor_config.json is not valid JSON')
  await put('preprocessor_config.json', { do_resize: true, size: 'large' })
  expect((await find()).preprocessingWarnings.join()).toMatch(/preprocessor_config.json cannot be used: 'size'/)
})

test('mean, std and filter that a file leaves out are defaults of its class, and said to be', async () => {
  await put('preprocessor_config.json', { do_resize: true, size: { height: 224, width: 224 }, image_mean: 0.4 })
  expect(await find()).toMatchObject({
    preprocessing: { mean: [0.4, 0.4, 0.4], std: [0.5, 0.5, 0.5] },
    preprocessingOrigins: { mean: 'preprocessor_config.json', std: "transformers' default: 0.5" },
    preprocessingWarnings: [
      "preprocessor_config.json gives no resample, so transformers' default was taken, bilinear.",
      "preprocessor_config.json gives no image_std, so transformers' default was taken, 0.5.",
    ],
    warnedParts: {
      "preprocessor_config.json gives no resample, so transformers' default was taken, bilinear.": ['interpolation'],
      "preprocessor_config.json gives no image_std, so transformers' default was taken, 0.5.": ['std'],
    },
  })
  await put('preprocessor_config.json', { image_processor_type: 'CLIPImageProcessor', do_resize: true })
  expect((await find()).preprocessing).toMatchObject({
    resize: { mode: 'shortest', height: 224, interpolation: 'bicubic' },
    centerCrop: { height: 224, width: 224 },
    mean: [0.48145466, 0.4578275, 0.40821073],
  })
  await rm(join(folder, 'preprocessor_config.json'))
  await put('config.json', { pretrained_cfg: { input_size: [3, 224, 224], crop_pct: 1 } })
  expect(await find()).toMatchObject({
    preprocessing: { mean: [0.485, 0.456, 0.406], resize: { interpolation: 'bicubic' } },
    preprocessingOrigins: { resize: 'config.json', interpolation: "timm's default: bicubic" },
  })
  const { preprocessingWarnings, warnedParts } = await find()
  expect(preprocessingWarnings.length).toBe(3)
  expect(Object.values(warnedParts ?? {})).toEqual([['mean'], ['std'], ['interpolation']])
})

/** A configuration as another tool wrote it, in a folder of its name. */
async function written(name: string, edge: number, classes = 10) {
  const beside = resolve('src-main/compute/fixtures/configurations', name, 'model.onnx')
  return findModelFiles(beside, { input: { name: 'x', shape: ['b', 3, edge, edge] }, classes })
}

test('null means "not set"; which transformers wrote a fast processor decides where a crop begins', async () => {
  const nulls = await written('fast_nulls', 112)
  expect(nulls.preprocessing).toMatchObject({
    ...{ resize: { mode: 'exact', height: 112, width: 112, interpolation: 'bilinear' }, centerCrop: null },
    ...{ mean: [0.5, 0.5, 0.5], rules: { resample: 'torch', pad: 'after' }, source: 'preprocessor_config.json' },
  })
  expect(nulls.preprocessing.rules).not.toHaveProperty('crop')
  expect(nulls.preprocessingWarnings).toEqual([])
  expect((await written('fast_nulls_to_4_56', 32)).preprocessing.rules).toMatchObject({ crop: 'half-even' })
})

test('configurations as other tools write them', async () => {
  const bgr = await written('bgr', 112)
  expect(bgr.preprocessing).toMatchObject({ channelOrder: 'bgr', mean: [0, 0, 0], std: [1, 1, 1] })
  expect(bgr.preprocessing.resize).toMatchObject({ mode: 'shortest', height: 128 })
  expect((await written('beit_int', 112)).preprocessing).toMatchObject({
    ...{ resize: { mode: 'exact', height: 128, width: 128 }, centerCrop: { height: 112, width: 112 } },
  })
  for (const [name, edge, resized] of [
    ['convnext', 112, 128],
    ['convnext_small', 32, 36],
  ] as const) {
    expect((await written(name, edge)).preprocessing, name).toMatchObject({
      ...{ resize: { mode: 'shortest', height: resized }, centerCrop: { height: edge, width: edge } },
    })
  }
  expect((await written('processor_config', 112)).preprocessing).toMatchObject({
    ...{ resize: { mode: 'exact', interpolation: 'bicubic' }, mean: [0.5, 0.5, 0.5], source: 'processor_config.json' },
  })
  expect((await written('processor_clip', 32)).preprocessing).toMatchObject({
    ...{ resize: { mode: 'shortest', height: 32 }, centerCrop: { height: 32, width: 32 } },
  })
  expect(await written('timm_dictlabels', 112)).toMatchObject({
    ...{ labels: [...'abcdefghij'], labelsSource: 'config.json' },
    preprocessing: { resize: { mode: 'shortest', height: 124 }, rules: { of: 'timm', crop: 'half-even' } },
  })
})

test('a key that is not understood is named; keys that change no pixel are not', async () => {
  await put('preprocessor_config.json', {
    ...{ image_processor_type: 'ViTImageProcessor', size: { height: 224, width: 224 }, resample: 2 },
    ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], do_sharpen: true, gamma: 2.2, do_blur: false },
    ...{ do_convert_rgb: true, data_format: 'channels_first', device: null },
  })
  const { preprocessingWarnings } = await find()
  expect(preprocessingWarnings.map((warning) => /has '(\w+)'/.exec(warning)?.[1])).toEqual(['do_sharpen', 'gamma'])
  await put('preprocessor_config.json', {
    ...{ image_processor_type: 'NovelImageProcessor', size: [224, 224], resample: 2 },
    ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
  })
  expect((await find()).preprocessingWarnings).toEqual([
    "preprocessor_config.json names NovelImageProcessor, which is not known here; its steps were taken to be those of ViT's.",
  ])
})

test('padding to multiples is named where it changes pixels', async () => {
  const warnings = async (size_divisor: number) => {
    await put('preprocessor_config.json', {
      ...{ image_processor_type: 'DPTImageProcessor', size: { height: 224, width: 224 }, resample: 2 },
      ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], do_pad: true, size_divisor },
    })
    return (await find()).preprocessingWarnings.filter((warning) => warning.includes("'size_divisor'"))
  }
  expect(await warnings(14)).toEqual([])
  expect(await warnings(15)).toHaveLength(1)
})

test('timm flat, its border, the size of its test; open_clip; two files that differ', async () => {
  const cfg = { input_size: [3, 192, 192], interpolation: 'bicubic', crop_pct: 0.9, mean: [0.5], std: [0.5] }
  await put('config.json', {
    architecture: 'vit',
    num_classes: 2,
    ...cfg,
    test_input_size: [3, 224, 224],
    test_crop_pct: 1,
  })
  const flat = await find()
  expect(flat.preprocessing).toMatchObject({ size: { height: 224 }, resize: { height: 224 }, source: 'config.json' })
  expect(flat.preprocessingWarnings.join()).toMatch(/test_input_size .* with test_crop_pct 1/)
  await put('config.json', { pretrained_cfg: { ...cfg, input_size: 224, crop_mode: 'border', mean: [0.1, 0.2, 0.3] } })
  expect((await find()).preprocessing).toMatchObject({
    ...{ resize: { mode: 'longest', height: 248 }, rules: { edge: 'half-even', fill: [26, 51, 76] } },
  })
  await put('open_clip_config.json', {
    model_cfg: { vision_cfg: { image_size: 224 } },
    preprocess_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], resize_mode: 'squash' },
  })
  expect((await find()).preprocessingWarnings.join()).toMatch(/open_clip_config.json prepares pictures in another way/)
  await rm(join(folder, 'config.json'))
  expect((await find()).preprocessing).toMatchObject({
    ...{ resize: { mode: 'exact', interpolation: 'bicubic' }, centerCrop: null, source: 'open_clip_config.json' },
  })
})

test('class names: numbered lines, synsets with names, label2id, names by number within label_names', async () => {
  await put('labels.txt', '0 cat\n1: dog\n')
  expect((await find()).labels).toEqual(['cat', 'dog'])
  await put('labels.txt', '7 dwarfs\n101 dalmatians\n')
  expect((await find()).labels).toEqual(['7 dwarfs', '101 dalmatians'])
  await put('labels.txt', 'n02121808 domestic cat\nn02084071 dog, hound\n')
  expect(await find()).toMatchObject({ labels: ['domestic cat', 'dog, hound'], labelKeys: ['n02121808', 'n02084071'] })
  await put('labels.json', { cat: 0, dog: 1 })
  expect((await find()).labels).toEqual(['cat', 'dog'])
  await put('config.json', { id2label: { 0: 'cat', 5: 'dog' } })
  expect((await find()).labels).toEqual(['cat', 'dog'])
  await put('config.json', { id2label: null, label2id: { dog: '1', kitten: '0' } })
  expect(await find()).toMatchObject({ labels: ['kitten', 'dog'], labelsSource: 'config.json' })
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
