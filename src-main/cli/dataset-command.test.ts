/** What `dataset` prints, and that a run of the same dataset has the accuracy that its labels give it. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunInfo } from '@shared/api'
import { runNotes } from '@shared/run-notes'
import { findDemo } from '../service/places'
import { commandLine } from './testing/command-line'

const demo = findDemo()
if (!demo) throw new Error('The demo model is missing.')
const { modelPath, dataPath } = demo
const { folder, said, headlight } = commandLine()
const CLASSES = [
  'T-shirt_top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle_boot',
]

/** Two demo images of every class as files of a folder; gives their names with their class. */
function pictures(root: string): [string, number][] {
  mkdirSync(root, { recursive: true })
  return CLASSES.flatMap((name, index) => {
    const files = readdirSync(join(dataPath, name)).sort().slice(0, 2)
    return files.map((file, at): [string, number] => {
      copyFileSync(join(dataPath, name, file), join(root, `${index}_${at}.jpg`))
      return [`${index}_${at}.jpg`, index]
    })
  })
}

test('labels 1 to 10 of a model with ten classes, and -1: the document, the sentences and the accuracy of a run', async () => {
  const root = join(folder, 'from-one')
  const rows = pictures(root).map(([name, index]) => `${name},${index + 1},154181560360603648${index}`)
  copyFileSync(join(root, '3_0.jpg'), join(root, 'u.jpg'))
  writeFileSync(join(root, 'scan.tga'), '')
  writeFileSync(join(root, 'metadata.csv'), ['file_name,label,id', ...rows, 'u.jpg,-1,7', 'gone.jpg,3,8'].join('\n'))
  expect(await headlight('dataset', root, '--model', modelPath, '--list', '--json')).toBe(0)
  const document = JSON.parse(said.printed) as { list: unknown[]; labels: { counts: object } }
  expect(document).toMatchObject({
    ...{ kind: 'Image folder', samples: 21, unlabelled: 1, splits: {}, columns: ['id'], masks: null, problems: [] },
    labels: { from: 'metadata.csv', level: null, classes: { 1: { index: 0, by: 'one-based number' } } },
  })
  expect(document).toMatchObject({
    passedOver: [
      { what: '.tga', count: 1 },
      { what: 'rows without an image', count: 1 },
    ],
    assumed: [expect.stringMatching(/"-1", which is taken for no label/), expect.stringMatching(/count from 1/)],
  })
  expect(Object.keys(document.labels.counts)).toHaveLength(10)
  expect(document.list).toHaveLength(21)
  expect(document.list[0]).toEqual({
    ...{ path: '0_0.jpg', label: '1', class: 0, split: null, mask: null, error: null },
  })

  const project = join(folder, 'one.headlight')
  const run = ['run', '--model', modelPath, '--data', root, '--project', project, '--methods', 'gmar_l1', '--json']
  expect(await headlight(...run)).toBe(0)
  const { run: done } = JSON.parse(said.printed) as { run: { labelled: number; correct: number } }
  expect(done.labelled).toBe(20)
  expect(done.correct).toBeGreaterThanOrEqual(16)
  expect(said.noted).toMatch(/Labels: metadata\.csv\./)
  expect(said.noted).toMatch(/count from 1/)
  expect(await headlight('samples', '--project', project, '--filter', 'meta.id:1541815603606036484', '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ matching: 2, samples: [{ path: '4_0.jpg' }, { path: '4_1.jpg' }] })
})

test('an order is offered with its pairs, made only where it is asked for, and never of splits', async () => {
  const root = join(folder, 'kinds')
  for (const [name, index] of pictures(join(folder, 'flat'))) {
    mkdirSync(join(root, 'train', `kind ${index}`), { recursive: true })
    copyFileSync(join(folder, 'flat', name), join(root, 'train', `kind ${index}`, name))
  }
  const dataset = (...more: string[]) => headlight('dataset', root, '--model', modelPath, ...more)
  expect(await dataset()).toBe(0)
  expect(said.printed).toMatch(/second level of the path, for example `train\/kind 0\/\.\.`/)
  expect(said.printed).toMatch(/kind 0 = 0 \(T-shirt_top\), kind 1 = 1 \(Trouser\).*--match order takes that/)
  expect(said.printed).toMatch(/kind 0 +2 +no class/)
  expect(await dataset('--match', 'order', '--json')).toBe(0)
  expect(JSON.parse(said.printed)).toMatchObject({ labels: { classes: { 'kind 9': { index: 9, by: 'order' } } } })
  expect(await dataset('--match', 'order', '--label-source', '1')).toBe(2)
  expect(said.noted).toMatch(/train are names of splits, not labels/)
  expect(await dataset('--match', 'luck')).toBe(2)
  expect(await dataset('--label-source', '7')).toBe(2)
  expect(said.noted).toMatch(/no folder level 7/)
})

test('numbers 1 to 9 of ten classes: the other reading is shown and can be taken; what cannot be read is listed', async () => {
  const root = join(folder, 'ambiguous')
  const rows = pictures(root).flatMap(([name, index]) => (index === 9 ? [] : [`${name},${index + 1}`]))
  writeFileSync(join(root, '9_0.jpg'), 'no picture')
  writeFileSync(join(root, 'labels.csv'), ['file_name,label', ...rows].join('\n'))
  const dataset = async (...more: string[]) => {
    expect(await headlight('dataset', root, '--model', modelPath, '--json', ...more)).toBe(0)
    return JSON.parse(said.printed) as { labels: { classes: object }; list?: object[]; assumed: string[] }
  }
  const read = await dataset('--list')
  expect(read.labels.classes).toMatchObject({ 1: { index: 1, by: 'number' } })
  expect(read.assumed.join()).toMatch(/1 = 0 \(T-shirt_top\), 2 = 1 \(Trouser\).*--match from-1/)
  expect(read.list!.slice(-2)).toMatchObject([
    { path: '9_0.jpg', label: null, error: expect.stringMatching(/9_0\.jpg is not an image/), note: 'no label' },
    { path: '9_1.jpg', label: null, error: null, note: 'no label' },
  ])
  const fromOne = await dataset('--match', 'from-1')
  expect(fromOne.labels.classes).toMatchObject({ 1: { index: 0, by: 'one-based number' }, 9: { index: 8 } })
  expect(fromOne.assumed.join()).not.toMatch(/count from/)
  expect(fromOne.assumed.join()).toMatch(/class numbers from 1, as asked for: 1 = 0 \(T-shirt_top\)/)
  expect((await dataset('--match', 'from-0')).labels.classes).toMatchObject({ 1: { index: 1, by: 'number' } })

  // The reading that is asked for is the one of the run.
  const project = join(folder, 'ambiguous.headlight')
  said.printed = ''
  const run = [
    'run',
    '--model',
    modelPath,
    '--data',
    root,
    '--project',
    project,
    '--methods',
    'gmar_l1',
    '--limit',
    '9',
  ]
  expect(await headlight(...run, '--match', 'from-1', '--json')).toBe(0)
  const { run: done } = JSON.parse(said.printed) as { run: RunInfo }
  expect(done.correct).toBeGreaterThanOrEqual(6)
  // It is said when the run starts, and stays with it: on its card and in its exports.
  const asked = /class numbers from 1, as asked for: 1 = 0 \(T-shirt_top\)/
  expect(said.noted).toMatch(asked)
  expect(runNotes(done).join('\n')).toMatch(asked)
  expect(runNotes(done)[0]).toBe('Labels: labels.csv.')
})

test('a label that is refused is listed with the reason; what is taken is not a different choice', async () => {
  const root = join(folder, 'refused')
  const [first, second, third, fourth] = pictures(root).map(([name]) => name)
  const rows = [`${first},Bag`, `${first},Coat`, `${second},-1`, `${third},Bag`, `${fourth},`]
  writeFileSync(join(root, 'labels.csv'), ['file_name,label', ...rows].join('\n'))
  expect(await headlight('dataset', root, '--list', '--json')).toBe(0)
  const { list } = JSON.parse(said.printed) as { list: { path: string; note?: string }[] }
  expect(list.slice(0, 4).map(({ path, note }) => [path, note])).toEqual([
    [first, 'no label: listed with several labels'],
    [second, 'no label: "-1" is taken for none'],
    [third, undefined],
    [fourth, 'no label'],
  ])
  said.printed = ''
  expect(await headlight('dataset', root)).toBe(0)
  expect(said.printed).not.toMatch(/Labels could also be/)
})
