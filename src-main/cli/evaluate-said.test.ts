/** What `evaluate` and `ablate` say of what their numbers stand on, and which models they refuse. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tinyVit, TINY_WIDTH, type TinyVit } from '@headlight/explain/testing'
import { commandLine } from './testing/command-line'
import { copyDemoPictures } from './testing/demo-pictures'

const swin = join(import.meta.dirname, '../../packages/explain/src/explain/fixtures/families/swin/model.onnx')
const { folder, said, headlight } = commandLine()
const PICTURES = ['Bag/00018.jpg', 'Shirt/00004.jpg']

async function run(name: string, model: string, ...options: string[]): Promise<string[]> {
  const images = join(folder, 'images')
  copyDemoPictures(PICTURES, images, (index) => PICTURES[index]!)
  const project = ['--project', join(folder, `${name}.headlight`)]
  const given = ['--data', images, '--provider', 'cpu', '--methods', 'rollout', ...options]
  expect(await headlight('run', '--model', model, ...given, ...project)).toBe(0)
  return project
}

test('how blocks were told apart where residual sums were not found, also once it is kept; and which class maps explain', async () => {
  const project = await run('swin', swin, '--target', '3')
  for (let turn = 0; turn < 2; turn++) {
    expect(await headlight('evaluate', ...project, '--metrics', 'randomisation')).toBe(0)
    expect(said.noted).toContain('told apart by their products A V')
    expect(said.printed).toContain('that the unchanged image is predicted as, not 3 as in the run')
  }
  expect(await headlight('ablate', ...project)).toBe(3)
  expect(said.noted).toContain('this one has windows')
}, 120_000)

test('a model that gives a number has no probability to measure by', async () => {
  const model = join(folder, 'number.onnx')
  const head: TinyVit['head'] = ({ linear }, read) => ({ age: linear(read, TINY_WIDTH, 1) })
  writeFileSync(model, tinyVit({ image: [16, 24], classToken: true, head }))
  const project = await run('number', model, '--task', 'regression')
  for (const command of ['evaluate', 'ablate']) {
    expect(await headlight(command, ...project)).toBe(2)
    expect(said.noted).toContain('number.onnx gives a number and no classes')
  }
})

test('where no image is left that can be read, that is the one thing said', async () => {
  const project = await run('gone', swin)
  for (const path of PICTURES) rmSync(join(folder, 'images', path))
  expect(await headlight('evaluate', ...project, '--metrics', 'saco')).not.toBe(0)
  expect(said.noted).toContain('2 of 2 images could not be read')
  expect(said.noted).toContain('No image is left, so nothing is measured.')
  expect(said.printed).toBe('')
})
