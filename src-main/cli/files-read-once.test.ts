/** A run reads each of its files of class names and preprocessing once, so that all of it is about the same content. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import type { RunInfo } from '@shared/api'
import { findDemo } from '../service/places'
import { commandLine } from './testing/command-line'

const COUNT_READS = resolve('src-main/process/fixtures/count-reads.mjs')
const demo = findDemo()
if (!demo) throw new Error('The demo model is missing.')
const MEAN = [0.5, 0.5, 0.5]
const { folder, said, headlight } = commandLine()

test('run reads each label and preprocessing file once; the class names and their keys are those of the file', async () => {
  const log = join(folder, 'reads')
  writeFileSync(log, '')
  // For the processes of this test file; vitest's own process counts from here on.
  vi.stubEnv('NODE_OPTIONS', `--import ${pathToFileURL(COUNT_READS).href}`)
  vi.stubEnv('HEADLIGHT_READS', log)
  await import(COUNT_READS)
  const beside = join(folder, 'model')
  mkdirSync(beside)
  const modelPath = join(beside, 'model.onnx')
  copyFileSync(demo.modelPath, modelPath)
  const labels = Array.from({ length: 10 }, (_, index) => `kind ${index}`)
  const put = (name: string, content: unknown) => {
    writeFileSync(join(beside, name), typeof content === 'string' ? content : JSON.stringify(content))
    return join(beside, name)
  }
  put('config.json', { id2label: Object.fromEntries(labels.entries()) })
  const processor = { do_resize: true, size: { height: 112, width: 112 }, image_mean: MEAN, image_std: MEAN }
  put('preprocessor_config.json', processor)
  const preprocess = put('own_preprocessing.json', { ...processor, image_mean: [0.25, 0.25, 0.25] })
  const names = put('names.txt', labels.map((name, index) => `n0000000${index} ${name}`).join('\n'))
  const mapping = put('mapping.csv', 'label,class\nCoat,kind 4\n')
  for (const label of ['Coat', 'n00000007']) {
    mkdirSync(join(folder, 'data', label), { recursive: true })
    copyFileSync(join(demo.dataPath, 'Coat', '00006.jpg'), join(folder, 'data', label, 'a.jpg'))
  }
  const files = ['--preprocess', preprocess, '--labels', names, '--labels', mapping]
  const project = join(folder, 'p.headlight')
  const run = ['run', '--model', modelPath, '--data', join(folder, 'data'), '--project', project, ...files]
  expect(await headlight(...run, '--provider', 'cpu', '--json'), said.noted).toBe(0)
  const { definition } = (JSON.parse(said.printed) as { run: RunInfo }).run
  expect(definition).toMatchObject({ labels, labelMapping: [['Coat', 4]], preprocessing: { mean: [0.25, 0.25, 0.25] } })
  expect(definition.labelKeys).toHaveLength(10)
  const read = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((path) => basename(path))
  const reads = Object.fromEntries(read.map((file) => [file, read.filter((other) => other === file).length]))
  const chosen = { 'config.json': 1, 'preprocessor_config.json': 1, 'own_preprocessing.json': 1 }
  expect(reads).toMatchObject({ ...chosen, 'names.txt': 1, 'mapping.csv': 1 })
  expect(await headlight('dataset', join(folder, 'data'), '--model', modelPath, '--labels', names, '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ labels: { classes: { n00000007: { index: 7, by: 'synset' } } } })
})
