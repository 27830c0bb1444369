import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { greyPng } from '../grey-png'
import { openDataset } from '../open-dataset'
import { temporaryFolder } from '../testing/temporary-folder'
import { findClassLists } from './class-list'
import { datasetMasks } from './dataset-masks'

const folder = temporaryFolder()

const FORMS: [string, string][] = [
  [
    'objectInfo150.txt',
    'Idx\tRatio\tTrain\tVal\tName\n1\t0.2\t9\t9\twall\n5\t0.1\t9\t9\tperson, individual, someone\n',
  ],
  ['object150_info.csv', 'Idx,Ratio,Train,Val,Stuff,Name\n1,0.2,9,9,1,wall\n5,0.1,9,9,0,person;individual;someone\n'],
  ['classes.txt', '1 wall\n5 person, individual\n'],
  ['label_map.json', '{"wall": 1, "person": 5}'],
  ['id2label.json', '{"1": "wall", "5": "person"}'],
  ['labels.json', '{"categories": [{"id": 1, "name": "wall"}, {"id": 5, "name": "person"}]}'],
]

test.each(FORMS)('%s gives the indexes of names', async (name, content) => {
  folder.write(name, content)
  const [list] = await findClassLists([folder.path('')])
  expect(list).toMatchObject({ file: name, ordered: false, why: null })
  expect(list!.names).toEqual(
    expect.arrayContaining([
      { name: 'wall', index: 1 },
      { name: 'person', index: 5 },
    ]),
  )
})

test('a plain list counts from 0 with a background, else from 0 or 1; colours are not indexes', async () => {
  folder.write('classes.txt', 'background\nwall\nperson\n')
  folder.write('labels.txt', 'wall\nperson\n')
  folder.write('labelmap.txt', '# label:color_rgb:parts:actions\nwall:128,0,0::\n')
  folder.write('colormap.json', '{"wall": [128, 0, 0]}')
  const lists = await findClassLists([folder.path('')])
  expect(lists.map(({ file, ordered, why }) => [file, ordered, why])).toEqual([
    ['classes.txt', false, null],
    ['labelmap.txt', false, 'it gives colours and no indexes'],
    ['labels.txt', true, null],
    ['colormap.json', false, 'it gives colours and no indexes'],
  ])
  expect(lists[0]!.names[1]).toEqual({ name: 'wall', index: 1 })
})

/** Labels and masks whose indexes only a list can tell: each mask has both classes. */
function write(values: Record<string, [number, number][]>) {
  const image = greyPng(3, 1, Uint8Array.of(1, 2, 3))
  for (const [label, masks] of Object.entries(values)) {
    masks.forEach(([own, other], index) => {
      folder.write(`d/images/${label}/${label}${index}.png`, image)
      folder.write(`d/masks/${label}/${label}${index}.png`, greyPng(4, 1, Uint8Array.of(0, own, own, other)))
    })
  }
}

async function rule() {
  const source = await openDataset(folder.path('d'))
  const { samples } = await source.list()
  return (await datasetMasks(source.root, samples, null))!
}

test('a list at the top of the dataset or beside the masks says which index is the own class', async () => {
  const gnus: [number, number][] = [
    [7, 9],
    [7, 12],
  ]
  const yaks: [number, number][] = [
    [9, 7],
    [9, 12],
  ]
  write({ gnu: gnus, yak: yaks })
  expect((await rule()).rule).toMatchObject({ kind: 'indices', inside: { values: {} } })
  folder.write('d/classes.txt', '7 gnu\n9 yak\n12 emu\n')
  const { rule: found, assumed } = await rule()
  expect(found).toMatchObject({ kind: 'indices', most: 12, inside: { by: 'class', values: { gnu: 7, yak: 9 } } })
  expect(assumed.join()).toContain('classes by the names in classes.txt')
})

test('a list that the masks speak against is named as not used', async () => {
  write({
    gnu: [
      [7, 9],
      [7, 12],
    ],
    yak: [
      [9, 7],
      [9, 12],
    ],
  })
  folder.write('d/masks/labels.json', '{"gnu": 1, "yak": 2, "emu": 12}')
  const { rule: found, assumed } = await rule()
  expect(found).toMatchObject({ inside: { values: {} } })
  expect(assumed.join()).toMatch(
    /labels.json beside the masks is not used: the indexes of its names are not in the masks/,
  )
})

test('a name that two classes have is the one that has it first, or neither', async () => {
  write({
    screen: [
      [7, 9],
      [7, 12],
    ],
    bar: [
      [9, 7],
      [9, 12],
    ],
    yak: [[12, 7]],
  })
  folder.write('d/classes.txt', '7 screen, silver screen\n9 bar\n11 bar\n12 yak\n14 crt, screen\n')
  const { rule: found } = await rule()
  expect(found).toMatchObject({ inside: { by: 'class', values: { screen: 7, yak: 12 } } })
  expect(JSON.stringify(found)).not.toContain('bar')
})

test.skipIf(process.platform === 'win32')('a pipe in the place of a list is not waited for', async () => {
  execFileSync('mkfifo', [folder.path('labels.json')])
  expect(await findClassLists([folder.path('')])).toMatchObject([{ file: 'labels.json', why: 'it is not a file' }])
})
