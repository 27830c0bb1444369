/** Likeness: the cosine of a picture's features with those of another picture, or with the mean of a folder's. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import { Compute } from '../compute'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const { folder, said, headlight } = commandLine()
const model = join(folder, 'clip.onnx')
const images = join(folder, 'images')
const input = join(folder, 'input.npy')
const NAMES = ['bag/0.png', 'coat/1.png', 'bag/2.png', 'coat/3.png']
const WIDTH = 12
const numbers = (file: string) => parseNpy(readFileSync(file), file).data as Float32Array
let features: number[][]

beforeAll(async () => {
  copyFileSync(resolve('packages/explain/src/explain/fixtures/features/clip/model.onnx'), model)
  const listed = JSON.parse(readFileSync(resolve('src-main/cli/fixtures/two-towers/reference.json'), 'utf8')) as object
  copyDemoPictures(Object.keys(listed).slice(0, 4), images, (index) => NAMES[index]!)
  const pictures = NAMES.map((name) => join(images, name))
  expect(await headlight('pixels', model, ...pictures, '--out', input)).toBe(0)
  expect(await explain('plain', '--output', 'image_embeds')).toBe(0)
  const plain = numbers(join(folder, 'plain/logits.npy'))
  features = NAMES.map((_, at) => [...plain.subarray(at * WIDTH, (at + 1) * WIDTH)])
})

const explain = (out: string, ...options: string[]) =>
  headlight('explain', model, '--input', input, '--out', join(folder, out), ...options)
const direction = (vector: readonly number[]) => vector.map((value) => value / Math.hypot(...vector))
const product = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

test('the scalar is the cosine with the features of a picture, and certified', async () => {
  const reference = join(images, NAMES[2]!)
  expect(await explain('like', '--target', `like:${reference}`)).toBe(0)
  expect(said.printed).toContain('certificate   passed (float64')
  const logits = numbers(join(folder, 'like/logits.npy'))
  features.forEach((own, at) => {
    expect(logits[at * 2 + 1]).toBeCloseTo(product(direction(own), direction(features[2]!)), 5)
  })
  // Of the picture itself the cosine is at its highest, so that nothing speaks for more of it.
  const scores = numbers(join(folder, 'like/head_l1.npy'))
  const each = scores.length / NAMES.length
  const largest = (at: number) => Math.max(...scores.subarray(at * each, (at + 1) * each))
  expect(largest(2)).toBeLessThan(1e-4 * largest(0))
})

test('of a folder it is the cosine with the mean direction of its pictures', async () => {
  expect(await explain('group', '--target', `like:${join(images, 'coat')}`)).toBe(0)
  const [a, b] = [direction(features[1]!), direction(features[3]!)]
  const mean = direction(a.map((value, at) => value + b[at]!))
  const logits = numbers(join(folder, 'group/logits.npy'))
  features.forEach((own, at) => expect(logits[at * 2 + 1]).toBeCloseTo(product(direction(own), mean), 5))
})

test('pictures that cannot be read are left out of the mean and said, and what was learnt of a folder is kept', async () => {
  const group = join(folder, 'group of coats')
  mkdirSync(join(group, 'a'), { recursive: true })
  for (const name of ['1.png', '3.png']) copyFileSync(join(images, 'coat', name), join(group, 'a', name))
  writeFileSync(join(group, 'a/2.png'), 'no picture')
  writeFileSync(join(group, 'a/4.heic'), 'of another kind')
  const compute = new Compute()
  const choice = { classes: { path: group, like: {} } }
  const { notes, classVectors } = await compute.inspect(model, choice)
  const noted = notes!.join(' ')
  expect(noted).toContain('mean direction of the features of 2 pictures in group of coats')
  expect(noted).toMatch(/1 of 3 pictures could not be read and are not in the mean: 2\.png is not an image/)
  expect(noted).toMatch(/passed over: 1 × \.heic/)
  // The folder is not gone through again for the project's copy.
  rmSync(join(group, 'a/3.png'))
  expect((await compute.classVectorsFile(model, choice))!.hash).toBe(classVectors!.hash)

  const ofLabel = await compute.inspect(model, { classes: { path: images, like: { label: 'coat' } } })
  expect(ofLabel.notes!.join(' ')).toContain('features of 2 pictures of the label coat in images')
  const coats = await compute.inspect(model, { classes: { path: join(images, 'coat'), like: {} } })
  expect(ofLabel.classVectors!.hash).toBe(coats.classVectors!.hash)
  const nothing = compute.inspect(model, { classes: { path: images, like: { label: 'hat' } } })
  await expect(nothing).rejects.toThrow(/no picture of the label 'hat'/)

  const broken = join(folder, 'broken')
  mkdirSync(broken)
  writeFileSync(join(broken, 'x.png'), 'no picture')
  expect(await explain('unreadable', '--target', `like:${broken}`)).not.toBe(0)
  expect(said.noted).toMatch(/x\.png is not an image that can be read/)
})

test('a run is named after it, says what it means, and goes on without the picture', async () => {
  const [project, reference] = [join(folder, 'p.headlight'), join(folder, 'reference.png')]
  copyFileSync(join(images, NAMES[0]!), reference)
  const asked = ['--data', images, '--project', project, '--provider', 'cpu', '--methods', 'gmar_l1', '--json']
  const run = ['run', '--model', model, ...asked]
  expect(await headlight(...run, '--target', `like:${reference}`)).toBe(0)
  const { run: first, images: count } = JSON.parse(said.printed) as {
    images: number
    run: { id: number; name: string; definition: { labels: string[]; target: object }; model: { notes: string[] } }
  }
  expect(count).toBe(4)
  expect(first.definition.labels).toEqual(['not like reference.png', 'like reference.png'])
  expect(first.definition.target).toEqual({ kind: 'class', classIndex: 1 })
  expect(first.model.notes.join(' ')).toMatch(/cosine with the features of reference\.png.*every gradient is 0/)
  rmSync(reference)
  const [copy] = readdirSync(join(project, 'classes'))
  expect(await headlight(...run, '--classes', join(project, 'classes', copy!), '--target', '1')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ images: 0, run: { id: first.id } })
})

test.each([
  ['a path that is not there', ['--target', 'like:nowhere.png'], /There is no picture or folder .*nowhere\.png/],
  ['no path', ['--target', 'like:'], /like: needs a picture or a folder/],
  ['class vectors as well', ['--target', 'like:a.png', '--classes', 'b.npz'], /name one of them/],
])('%s is refused in one sentence', async (_, options, message) => {
  expect(await explain('refused', ...options)).not.toBe(0)
  expect(said.noted).toMatch(message)
})

test('a model that gives no features is refused with what to do', async () => {
  const demo = resolve('models/demo/clutter-vit.onnx')
  const out = join(folder, 'none')
  const asked = ['--input', input, '--out', out, '--target', `like:${join(images, NAMES[0]!)}`]
  expect(await headlight('explain', demo, ...asked)).toBe(2)
  expect(said.noted).toMatch(/gives no features.*--output.*num_classes=0/)
})
