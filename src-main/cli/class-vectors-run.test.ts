/** An image tower with class vectors beside it, over pictures: inspect, explain, certify, runs that resume, exports. */
import { copyFileSync, cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const tower = resolve('packages/explain/src/explain/fixtures/features')
const vectors = join(import.meta.dirname, '../compute/fixtures/class-vectors/a.npz')
const { folder, said, headlight } = commandLine()
const model = join(folder, 'clip.onnx')
copyFileSync(join(tower, 'clip/model.onnx'), model)
const numbers = (file: string) => parseNpy(readFileSync(file), file).data as Float32Array

test('inspect and explain: names, kind and scale are said, and the gradient is autograd’s', async () => {
  expect(await headlight('inspect', model, '--classes', vectors, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({
    ...{ supported: true, classes: 5, output: 'image_embeds' },
    classVectors: { source: 'a.npz', kind: 'cosine', scale: 100, bias: false },
    notes: [
      expect.stringMatching(/100 times the cosine between 'image_embeds' and the vector of the class \(5 in a\.npz\)/),
    ],
  })
  expect(await headlight('inspect', model, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ classes: 12, features: [{ name: 'image_embeds', width: 12 }, {}] })

  const out = join(folder, 'out')
  const input = join(tower, 'pixel_values.npy')
  expect(
    await headlight(
      'explain',
      model,
      '--input',
      input,
      '--out',
      out,
      '--target',
      '1,4,0',
      '--classes',
      vectors,
      '--raw',
    ),
  ).toBe(0)
  for (const name of ['logits', 'attention', 'gradient']) {
    const found = numbers(join(out, `${name}.npy`))
    const wanted = numbers(join(tower, `clip/cosine_${name}.npy`))
    const largest = Math.max(...wanted.map(Math.abs))
    expect(Math.max(...found.map((value, at) => Math.abs(value - wanted[at]!))) / largest).toBeLessThan(1e-5)
  }
  expect(said.printed).toContain('certificate   passed (float64')

  expect(await headlight('certify', model, '--classes', join(dirname(vectors), 'c.npy'))).toBe(2)
  expect(said.noted).toMatch(/c\.npy does not say how its vectors become logits; say it with --classes-kind/)
  expect(await headlight('certify', model, '--classes-kind', 'linear')).toBe(2)
  expect(said.noted).toContain('name their file with --classes')
})

test('a run keeps the vectors: it resumes when their file has moved or is gone, and others are another run', async () => {
  const data = join(folder, 'images')
  const paths = ['bag', 'coat'].flatMap((label) => [`${label}/0000.png`, `${label}/0001.png`])
  const listed = JSON.parse(readFileSync(resolve('src-main/cli/fixtures/two-towers/reference.json'), 'utf8')) as object
  copyDemoPictures(Object.keys(listed), data, (index) => paths[index]!)
  const project = join(folder, 'p.headlight')
  const file = join(folder, 'classes.npz')
  copyFileSync(vectors, file)
  const run = (classes: string, ...more: string[]) =>
    headlight(
      'run',
      '--model',
      model,
      '--data',
      data,
      '--project',
      project,
      '--classes',
      classes,
      '--provider',
      'cpu',
      '--json',
      ...more,
    )
  interface Document {
    images: number
    run: { id: number; name: string; definition: { labels: string[]; classVectors: { hash: string } } }
  }
  const document = () => JSON.parse(said.printed) as Document

  expect(await run(file)).toBe(0)
  const first = document()
  expect(first).toMatchObject({ images: 4, run: { name: 'clip (cosine, 5 class vectors)', state: 'finished' } })
  expect(first.run.definition).toMatchObject({
    labels: ['café', 'b', 'c, d', 'e', 'f'],
    output: 'image_embeds',
    classVectors: { source: 'classes.npz', kind: 'cosine' },
  })
  const copy = join(project, 'classes', `${first.run.definition.classVectors.hash}.safetensors`)
  expect(existsSync(copy)).toBe(true)

  // Moved and renamed: the same run, with a picture that came since.
  const moved = join(folder, 'elsewhere.npz')
  renameSync(file, moved)
  cpSync(join(data, paths[0]!), join(data, 'bag/0002.png'))
  expect(await run(moved)).toBe(0)
  expect(document()).toMatchObject({ images: 1, run: { id: first.run.id } })

  // The project's own copy serves, whatever it is called.
  rmSync(moved)
  expect(await run(copy)).toBe(0)
  expect(document()).toMatchObject({ images: 0, run: { id: first.run.id } })

  // Other vectors are another run, and class names are those of the vectors wherever they stand.
  const csv = join(folder, 'probe.csv')
  writeFileSync(
    csv,
    [
      'name,' + Array.from({ length: 12 }, (_, at) => `v${at}`).join(),
      ...['bag', 'coat'].map((name, row) => [name, ...Array.from({ length: 12 }, (_, at) => (at + row) % 3)].join()),
    ].join('\n'),
  )
  expect(await run(csv, '--classes-kind', 'linear', '--target', 'coat')).toBe(0)
  expect(document().run.id).not.toBe(first.run.id)
  expect(document().run).toMatchObject({ name: 'clip (coat, linear, 2 class vectors)', labelled: 5 })
  expect(said.noted).toMatch(/probe\.csv does not say.*the weights of a linear probe, as was asked for/)
  const out = join(folder, 'predictions.json')
  const which = ['--project', project, '--run', String(document().run.id)]
  expect(await headlight('export', ...which, '--what', 'predictions', '--format', 'json', '--out', out)).toBe(0)
  const { about, rows } = JSON.parse(readFileSync(out, 'utf8')) as {
    about: { computed: { notes: string[] } }
    rows: { prediction_name: string }[]
  }
  expect(about.computed.notes.join(' ')).toContain(
    "the product of 'image_embeds' and the vector of the class (2 in probe.csv)",
  )
  expect(rows.every((row) => JSON.stringify(row).match(/"(bag|coat)"/))).toBe(true)
}, 120_000)
