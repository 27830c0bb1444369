/** A segmentation explained over the masks of the dataset, against the model's own logits and masks read by hand. */
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import sharp from 'sharp'
import { parseNpy } from '@headlight/explain/files'
import { Compute } from '../compute'
import { Library } from '../library/library'
import { onnxRuntime } from '../compute/onnx-runtime'
import { targetQuestion } from '../service/target-question'
import { commandLine } from './testing/command-line'

const { folder, said, headlight } = commandLine()
const model = resolve('packages/explain/src/explain/fixtures/dense/scenes/segmenter/model.onnx')
const [images, masks, project] = ['images', 'masks', 'p.headlight'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
]
const BAG = 8
const BACKGROUND = 10
let names: string[]

beforeAll(() => {
  names = readdirSync(resolve('models/demo/images/Bag')).slice(0, 3)
  for (const name of names) {
    cpSync(resolve('models/demo/images/Bag', name), join(images, 'Bag', name))
    // The last one has no mask.
    const mask = name.replace('.jpg', '.png')
    mkdirSync(join(masks, 'Bag'), { recursive: true })
    if (name !== names[2]) cpSync(resolve('models/demo/masks/Bag', mask), join(masks, 'Bag', mask))
  }
})

/** The mean of a class's logit over the pixels of a mask, a place of 7 x 7 pixels each. */
async function meanOverMask(name: string): Promise<number> {
  const out = join(folder, 'x.npy')
  expect(await headlight('pixels', model, join(images, 'Bag', name), '--out', out)).toBe(0)
  const pixels = parseNpy(readFileSync(out), out)
  const loaded = await onnxRuntime()({ bytes: readFileSync(model), dataFolder: null })
  const input = { type: 'float32' as const, dims: pixels.dims, data: pixels.data as Float32Array }
  const logits = (await loaded.run({ pixel_values: input }, ['logits'])).logits!.data as Float32Array
  await loaded.release()
  const { data, info } = await sharp(join(masks, 'Bag', name.replace('.jpg', '.png')))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  let [sum, count] = [0, 0]
  for (let pixel = 0; pixel < 112 * 112; pixel++) {
    if (data[pixel * info.channels] === 0) continue
    const place = Math.floor(Math.floor(pixel / 112) / 7) * 16 + Math.floor((pixel % 112) / 7)
    sum += logits[BAG * 256 + place]!
    count++
  }
  return sum / count
}

test('logits are means over the masks, samples without one say so, and one sample is answered alike', async () => {
  const asked = ['--data', images, '--masks', masks, '--project', project, '--target', 'truth:Bag', '--provider', 'cpu']
  expect(await headlight('run', '--model', model, ...asked, '--json')).toBe(0)
  const run = JSON.parse(said.printed) as { run: { id: number; done: number; failed: number; name: string } }
  expect(run.run).toMatchObject({
    done: 2,
    failed: 1,
    name: expect.stringContaining("Bag over the dataset's mask") as string,
  })
  const library = new Library()
  await library.project.open({ path: project })
  const compute = new Compute()
  try {
    const runId = run.run.id
    const { ids } = await library.samples.query({ runId, filter: '', sort: 'path', descending: false })
    const details = await Promise.all([...ids].map((id) => library.samples.detail({ runId, id })))
    expect(details[2]!.row.error).toContain('has no mask in the dataset')
    for (const [at, detail] of details.slice(0, 2).entries()) {
      expect(detail.target).toBe(BAG)
      const wanted = await meanOverMask(names[at]!)
      const question = await targetQuestion(library, runId, detail.row.id, { kind: 'truth', classIndex: BAG })
      const { settings } = question.run.definition
      const found = await compute.explainSample({ ...question.question, settings, methods: ['gmar_l1'] })
      expect(found.logits[BAG]).toBeCloseTo(wanted, 4)
      const stored = detail.maps.find(({ method }) => method === 'gmar_l1')!.values
      found.maps[0]!.values.forEach((value, place) => expect(value).toBeCloseTo(stored[place]!, 5))
      // Over the class's own mask it is another question.
      const own = await targetQuestion(library, runId, detail.row.id, { kind: 'mask', classIndex: BACKGROUND })
      const other = await compute.explainSample({ ...own.question, settings, methods: [] })
      expect(other.logits[BACKGROUND]! - found.logits[BACKGROUND]!).toBeGreaterThan(0.1)
    }
  } finally {
    await library.project.close()
  }
  // A mask that was added meanwhile is used when the run is begun again.
  const added = names[2]!.replace('.jpg', '.png')
  cpSync(resolve('models/demo/masks/Bag', added), join(masks, 'Bag', added))
  expect(await headlight('run', '--model', model, ...asked, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ images: 1, run: { id: run.run.id, done: 3, failed: 0 } })
}, 60_000)

test('explain takes a mask picture as the region, of the size of the pictures or of the output', async () => {
  const name = names[0]!
  const expected = await meanOverMask(name)
  const mask = join(masks, 'Bag', name.replace('.jpg', '.png'))
  const explain = (target: string, out = 'region') =>
    headlight('explain', model, '--input', join(folder, 'x.npy'), '--out', join(folder, out), '--target', target)
  for (const target of [`region:${BAG}:${mask}`, `region:Bag:${mask}`]) {
    expect(await explain(target)).toBe(0)
    const file = join(folder, 'region/logits.npy')
    expect((parseNpy(readFileSync(file), file).data as Float32Array)[BAG]).toBeCloseTo(expected, 4)
  }
  // Without a class it is the one that is the highest at most of its places.
  const one = join(folder, 'one.png')
  await sharp({ create: { width: 16, height: 16, channels: 3, background: 'black' } })
    .composite([{ input: { create: { width: 1, height: 1, channels: 3, background: 'white' } }, left: 0, top: 0 }])
    .png()
    .toFile(one)
  expect(await explain(`region:${one}`, 'corner')).toBe(0)
  const shares = join(folder, 'corner/probabilities.npy')
  expect([...(parseNpy(readFileSync(shares), shares).data as Float32Array)].filter((share) => share > 0)).toEqual([1])

  const [black, large] = [join(folder, 'black.png'), join(folder, 'large.png')]
  await sharp({ create: { width: 16, height: 16, channels: 3, background: 'black' } })
    .png()
    .toFile(black)
  await sharp({ create: { width: 30, height: 20, channels: 3, background: 'white' } })
    .png()
    .toFile(large)
  for (const [target, message] of [
    [`region:${black}`, /black\.png has no pixel inside/],
    [`region:${large}`, /20 x 30 pixels .*112 x 112, or as the model's output, 16 x 16/],
    ['region:', /needs a mask picture/],
    [`region:99:${one}`, /no class 99/],
    [`region:${join(folder, 'nowhere.png')}`, /nowhere\.png/],
  ] as const) {
    expect(await explain(target, 'refused')).not.toBe(0)
    expect(said.noted).toMatch(message)
  }
  const run = ['run', '--model', model, '--data', images, '--project', join(folder, 'r.headlight')]
  expect(await headlight(...run, '--target', `region:${one}`)).toBe(2)
  expect(said.noted).toMatch(/mask over one picture.*--target truth:CLASS/)
})

test('a region that was drawn on a sample is answered as the same mask would be, and is asked for by its id', async () => {
  const library = new Library()
  const { runs } = await library.project.open({ path: project })
  try {
    const runId = runs[0]!.id
    const { ids } = await library.samples.query({ runId, filter: '', sort: 'path', descending: false })
    const id = ids[0]!
    const [x, y, width, height] = [14, 21, 42, 35]
    const region = 'drawn-1'
    const shape = { kind: 'rectangle' as const, x, y, width, height }
    await library.annotations.change({ changes: [{ kind: 'region', id, region, shape, text: '' }], runId })
    const target = { kind: 'region' as const, classIndex: BAG, region }
    const compute = new Compute()
    const settings = runs[0]!.definition.settings
    const { question } = await targetQuestion(library, runId, id, target)
    const drawn = await compute.explainSample({ ...question, settings, methods: [] })

    const mask = join(folder, 'drawn.png')
    await sharp({ create: { width: 112, height: 112, channels: 3, background: 'black' } })
      .composite([{ input: { create: { width, height, channels: 3, background: 'white' } }, left: x, top: y }])
      .png()
      .toFile(mask)
    const x0 = join(folder, 'x0.npy')
    const { file } = await library.samples.file({ runId, id })
    expect(await headlight('pixels', model, file as string, '--out', x0)).toBe(0)
    const out = join(folder, 'as-mask')
    expect(await headlight('explain', model, '--input', x0, '--out', out, '--target', `region:${BAG}:${mask}`)).toBe(0)
    const file0 = join(out, 'logits.npy')
    expect(drawn.logits[BAG]).toBeCloseTo((parseNpy(readFileSync(file0), file0).data as Float32Array)[BAG]!, 4)

    const gone = targetQuestion(library, runId, id, { ...target, region: 'nowhere' })
    await expect(gone).rejects.toMatchObject({ code: 'no-mask' })
    const empty = { kind: 'rectangle' as const, x: 5.01, y: 5.01, width: 0.02, height: 0.02 }
    const tiny = { ...question, truth: { mask: { kind: 'drawn' as const, shape: empty } }, settings, methods: [] }
    await expect(compute.explainSample(tiny)).rejects.toThrow(/region has no pixel/)
  } finally {
    await library.project.close()
  }
})
