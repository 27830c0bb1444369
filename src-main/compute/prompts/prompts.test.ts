/** Tiny CLIP and SigLIP files of both towers with prompts: tokens, logits, A and G against transformers and autograd. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import { analyseModel, certify, openExplainer, openTextTower } from '@headlight/explain'
import { commandLine } from '../../cli/testing/command-line'
import { copyDemoPictures } from '../../cli/testing/demo-pictures'
import { onnxRuntime } from '../onnx-runtime'
import { promptVectors } from './prompt-vectors'
import { readPrompts } from './read-prompts'
import { tokenise } from './tokeniser'

const fixtures = join(import.meta.dirname, '../fixtures/two-towers')
const load = onnxRuntime()
const { folder, said, headlight } = commandLine()
const file = join(fixtures, 'prompts.csv')
const prompts = await readPrompts(file)
const array = (name: string) => {
  const path = join(fixtures, `${name}.npy`)
  return parseNpy(readFileSync(path), path) as { dims: number[]; data: Float32Array }
}
const pixels = array('pixel_values')
const worst = (found: ArrayLike<number>, wanted: Float32Array) => {
  const largest = Math.max(...wanted.map(Math.abs))
  expect(found.length).toBe(wanted.length)
  return Math.max(...wanted.map((value, at) => Math.abs(value - found[at]!))) / largest
}
const written = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe.each(['clip', 'clip-eos', 'siglip'])('%s', (name) => {
  const model = join(fixtures, name, 'model.onnx')

  it('tokens are those of the Python tokenizers, padding included', async () => {
    const tokens = await tokenise(model, prompts, await openTextTower(model, load))
    expect(tokens.ids).toEqual(JSON.parse(readFileSync(join(fixtures, name, 'tokens.json'), 'utf8')))
  })

  it('logits of every prompt are the file’s own logits_per_image', async () => {
    const quoted = prompts.map(({ prompt }, at) => `${at},"${prompt.replaceAll('"', '""')}"`)
    const each = written(`each-${name}.csv`, ['name,prompt', ...quoted].join('\n'))
    const classes = await promptVectors(model, each)
    const explainer = await openExplainer(await analyseModel(model, load, { classes }), load)
    const { logits } = await explainer.explain(pixels)
    await explainer.release()
    expect(worst(logits.data, array(`${name}/logits_per_image`).data)).toBeLessThan(1e-5)
  })

  it('templates are averaged; logits, A and G are autograd’s, and the certificate passes', async () => {
    const classes = await promptVectors(model, file)
    const analysed = await analyseModel(model, load, { classes })
    expect(analysed.report).toMatchObject({ supported: true, classes: 3, classVectors: { source: 'prompts.csv' } })
    expect(analysed.report.input.name).toBe('pixel_values')
    const explainer = await openExplainer(analysed, load, { raw: true })
    const found = await explainer.explain(pixels, { targets: [1, 2, 0] })
    await explainer.release()
    expect(worst(found.logits.data, array(`${name}/averaged_logits`).data)).toBeLessThan(1e-5)
    expect(worst(found.attention!.data, array(`${name}/attention`).data)).toBeLessThan(1e-5)
    expect(worst(found.gradient!.data, array(`${name}/gradient`).data)).toBeLessThan(1e-5)
    const certificate = await certify(analysed, load)
    expect(certificate.failures).toEqual([])
    expect(certificate.logitError).toBeLessThan(1e-5)
    // The certificate asks the file itself: vectors of other prompts do not pass.
    const values = Float64Array.from(classes.values, (value, at) => (at === 3 ? value + 0.05 : value))
    const wrong = await analyseModel(model, load, { classes: { ...classes, values } })
    expect((await certify(wrong, load)).failures[0]).toMatch(/logits differ/)
  })
})

test('without prompts the refusal says what to give', async () => {
  const { report } = await analyseModel(join(fixtures, 'clip/model.onnx'), load)
  expect(report).toMatchObject({ supported: false, prompts: ['input_ids', 'attention_mask'] })
  expect(report.reasons.join()).toMatch(/compares pictures with prompts.*--prompts FILE, a CSV with the columns name/)
})

test.each<[what: string, content: string, message: RegExp]>([
  ['nothing', '', /holds no prompts/],
  ['a header alone', 'name,prompt\n', /holds no prompts/],
  ['other columns', 'class,text\na,b\n', /has no columns name and prompt/],
  ['an empty prompt', 'name,prompt\na,b\nc,\n', /has no prompt in row 2 \('c'\)/],
  ['no name', 'name,prompt\n,b\n', /has no name for the prompt 'b'/],
  ['a long prompt', `name,prompt\na,${'bird '.repeat(23)}\n`, /'a' has 25 tokens.*text tower reads 24; shorten it/],
])('%s is refused in one sentence', async (_, content, message) => {
  const bad = written('bad.csv', content)
  await expect(promptVectors(join(fixtures, 'clip/model.onnx'), bad)).rejects.toThrow(message)
})

test('tokenizers that are missing or of another model, and models without a text tower', async () => {
  const alone = join(folder, 'model.onnx')
  copyFileSync(join(fixtures, 'siglip/model.onnx'), alone)
  await expect(promptVectors(alone, file)).rejects.toThrow(/need the tokenizer\.json of the model, and there is none/)
  copyFileSync(join(fixtures, 'clip/tokenizer.json'), join(folder, 'tokenizer.json'))
  await expect(promptVectors(alone, file)).rejects.toThrow(/vectors of \d+ tokens.*tokenizer of this model/)
  const images = join(import.meta.dirname, '../../../packages/explain/src/explain/fixtures/features/clip/model.onnx')
  await expect(promptVectors(images, file)).rejects.toThrow(/need a model with two towers.*'pixel_values'/)
})

test('what no file says of padding is assumed, and said', async () => {
  const bare = join(folder, 'bare')
  mkdirSync(bare)
  for (const name of ['model.onnx', 'tokenizer.json']) copyFileSync(join(fixtures, 'clip', name), join(bare, name))
  const { notes } = await promptVectors(join(bare, 'model.onnx'), file)
  expect(notes!.join(' ')).toMatch(
    /padded to 24 tokens \(the positions of the text tower\) with token 0 \(assumed, because/,
  )
})

test('the command line: inspect, certify and explain with prompts', async () => {
  const model = join(fixtures, 'siglip/model.onnx')
  expect(await headlight('inspect', model, '--prompts', file, '--json')).toBe(0)
  const inspected = JSON.parse(said.printed) as { notes: string[] }
  expect(inspected).toMatchObject({ supported: true, classes: 3, classVectors: { source: 'prompts.csv', bias: true } })
  expect(inspected.notes.join(' ')).toMatch(/padded to 24 tokens.*token 1 \('<\/s>', the pad_token of tokenizer_config/)
  expect(await headlight('inspect', model)).toBe(3)
  expect(said.printed).toContain('--prompts FILE')
  const out = join(folder, 'out')
  const input = join(fixtures, 'pixel_values.npy')
  const asked = ['--prompts', file, '--target', 'dog,bag & coat,cat', '--raw']
  expect(await headlight('explain', model, '--input', input, '--out', out, ...asked)).toBe(0)
  expect(said.printed).toContain('certificate   passed (float64')
  const written = parseNpy(readFileSync(join(out, 'gradient.npy')), 'gradient.npy').data as Float32Array
  expect(worst(written, array('siglip/gradient').data)).toBeLessThan(1e-5)
  expect(await headlight('certify', model, '--prompts', file, '--classes', file)).toBe(2)
  expect(said.noted).toContain('--prompts and --classes both give the classes')
}, 60_000)

test('a run keeps the prompts: it resumes without their file, and its exports say them', async () => {
  const data = join(folder, 'images')
  const listed = JSON.parse(readFileSync(resolve('src-main/cli/fixtures/two-towers/reference.json'), 'utf8')) as object
  copyDemoPictures(Object.keys(listed).slice(0, 4), data, (index) => `${['cat', 'dog'][index % 2]}/${index}.png`)
  const [project, own] = [join(folder, 'p.headlight'), join(folder, 'own.csv')]
  copyFileSync(file, own)
  const model = join(fixtures, 'clip/model.onnx')
  const asked = ['--data', data, '--project', project, '--provider', 'cpu', '--methods', 'gmar_l1', '--json']
  expect(await headlight('run', '--model', model, '--prompts', own, ...asked)).toBe(0)
  const first = JSON.parse(said.printed) as { images: number; run: { id: number; name: string } }
  expect(first).toMatchObject({ run: { name: expect.stringContaining('3 classes of 5 prompts') as string } })
  expect(first.images).toBeGreaterThan(0)
  rmSync(own)
  const [copy] = readdirSync(join(project, 'classes')).map((name) => join(project, 'classes', name))
  expect(await headlight('run', '--model', model, '--classes', copy!, ...asked)).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ images: 0, run: { id: first.run.id } })
  const out = join(folder, 'predictions.json')
  const which = ['--project', project, '--what', 'predictions', '--format', 'json', '--out', out]
  expect(await headlight('export', ...which)).toBe(0)
  expect(readFileSync(out, 'utf8')).toContain("text tower's vector of the class")
}, 60_000)
