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
