/** A mask that is damaged or empty costs its sample the localisation and nothing else, and is named wherever one looks. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { greyPng } from '../datasets/grey-png'
import { findDemo } from '../service/places'
import { commandLine } from './testing/command-line'

const demo = findDemo()!
const { folder, said, headlight } = commandLine()
const project = join(folder, 'p.headlight')

async function printed(...args: string[]): Promise<string> {
  expect(await headlight(...args)).toBe(0)
  return said.printed
}

test('in run, stats, check and dataset --list', async () => {
  for (const part of ['images', 'masks']) mkdirSync(join(folder, 'data', part, 'Bag'), { recursive: true })
  const [images, masks] = ['images', 'masks'].map((part) => join(folder, 'data', part, 'Bag')) as [string, string]
  const shown = ['00018', '00030', '00031']
  for (const name of shown) {
    copyFileSync(join(demo.dataPath, 'Bag', `${name}.jpg`), join(images, `${name}.jpg`))
    copyFileSync(join(demo.dataPath, '../masks/Bag', `${name}.png`), join(masks, `${name}.png`))
  }
  const sound = readFileSync(join(masks, '00018.png'))
  writeFileSync(join(masks, '00030.png'), sound.subarray(0, sound.length >> 1))
  writeFileSync(join(masks, '00031.png'), greyPng(112, 112, new Uint8Array(112 * 112)))
  const data = join(folder, 'data', 'images')

  const unreadable = { kind: 'unreadable', count: 1, examples: [{ path: 'Bag/00030.jpg' }] }
  const empty = { kind: 'empty', count: 1, examples: [{ path: 'Bag/00031.jpg' }] }
  const run = [
    'run',
    '--model',
    resolve('models/zoo/timm_vit_op17/model.onnx'),
    '--data',
    data,
    '--project',
    project,
    '--methods',
    'raw',
    '--batch',
    '3',
  ]
  expect(JSON.parse(await printed(...run, '--json'))).toMatchObject({
    run: { state: 'finished', done: 3, failed: 0 },
    unmeasured: [empty, unreadable],
  })
  expect(JSON.parse(await printed('stats', '--project', project, '--localisation', '--json'))).toMatchObject({
    localisation: [{ method: 'raw', count: 1, without: { unreadable: 1, empty: 1, notKept: 0 } }],
  })
  expect(JSON.parse(await printed('check', '--project', project, '--json'))).toMatchObject({
    ok: true,
    unmeasured: [{ run: 1, groups: [empty, unreadable] }],
  })
  const { list, problems } = JSON.parse(await printed('dataset', data, '--list', '--json')) as {
    list: object[]
    problems: string[]
  }
  expect(list).toMatchObject([
    { path: 'Bag/00018.jpg', error: null },
    { mask: null, error: expect.stringMatching(/00030.png/) as string },
    { mask: { inside: 0 }, error: null, note: expect.stringMatching(/no pixel of 1: its values are 0/) as string },
  ])
  expect(problems.join(' ')).toMatch(/1 image has a mask that cannot be read.*1 image has a mask with nothing inside/)
}, 300_000)
