/** Samples of manifests and archives, from the listing to thumbnails, filters and the check. */
import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { readSample } from '../../datasets/read-sample'
import { png, tarOf, zipOf } from '../../datasets/testing/archives'
import { temporaryFolder } from '../../datasets/testing/temporary-folder'
import type { PendingSample } from '../run/api'
import { Library } from '../library'
import { definitionOf, model, resultsOf } from '../library-fixture'

const folder = temporaryFolder()
let library: Library
beforeEach(async () => {
  library = new Library()
  await library.project.create({ path: folder.path('P.headlight') })
})
afterEach(() => library.project.close())

const begin = (path: string) => library.runs.begin({ definition: definitionOf(path), model, certificate: null })
const contentsOf = (samples: PendingSample[]) => Promise.all(samples.map(({ file }) => readSample(file)))
async function find(runId: number, filter: string): Promise<string[]> {
  const { ids } = await library.samples.query({ runId, filter, sort: 'path', descending: false })
  return (await library.samples.rows({ runId, ids })).map(({ path }) => path)
}

describe('samples of an archive', () => {
  async function tar(colour: string) {
    const image = await png(colour)
    return tarOf([
      { name: 'a.png', content: image },
      { name: 'a.cls', content: '1' },
      { name: 'a.mask.png', content: await png('#fff') },
      { name: 'b.png', content: image },
      { name: 'b.cls', content: '0' },
    ])
  }

  test('have class numbers for labels, masks, thumbnails, and are checked by content', async () => {
    const path = folder.write('shard.tar', await tar('#f00'))
    const run = await begin(path)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    expect(samples.map(({ label }) => label)).toEqual([1, 0])
    expect(samples.map(({ mask }) => mask !== null)).toEqual([true, false])
    const { file, mask } = await library.samples.file({ runId: run.id, id: samples[0]?.id ?? 0 })
    expect([file, mask]).toEqual([samples[0]?.file, samples[0]?.mask])
    const thumbnail = await library.samples.thumbnail({ runId: run.id, id: samples[0]?.id ?? 0, size: 160 })
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 4, height: 3 })

    await library.runs.commit({
      runId: run.id,
      batch: resultsOf(samples, await contentsOf(samples), { predictions: [1, 1] }),
    })
    const match = async () => (await library.upkeep.check({ deep: true })).datasets[0]?.match ?? null
    expect(await match()).toMatchObject({ kind: 'WebDataset (tar)', byPath: { count: 2 }, hashed: 2 })
    writeFileSync(path, await tar('#00f'))
    expect(await match()).toMatchObject({ byPath: { count: 0 }, different: { count: 2 } })
    rmSync(path)
    expect(await match()).toBeNull()
  })

  test('keep their ids when the archive is written anew with others in it', async () => {
    const [red, blue] = [await png('#f00'), await png('#00f')]
    const path = folder.write('data.zip', zipOf([{ name: 'Coat/2.png', content: red }]))
    const [before] = await library.runs.pending({ runId: (await begin(path)).id, after: -1, limit: 10 })
    const members = [
      { name: 'Bag/1.png', content: blue },
      { name: 'Coat/2.png', content: red, stored: true },
    ]
    writeFileSync(path, zipOf(members))
    const run = await begin(path)
    expect(run.total).toBe(2)
    const samples = await library.runs.pending({ runId: run.id, after: -1, limit: 10 })
    expect(samples[0]).toMatchObject({ id: before?.id, label: 0 })
    expect((await contentsOf(samples)).map((content) => createHash('sha256').update(content).digest('hex'))).toEqual(
      [red, blue].map((content) => createHash('sha256').update(content).digest('hex')),
    )
    expect(await find(run.id, '')).toEqual(['data.zip/Bag/1.png', 'data.zip/Coat/2.png'])
  })
})

test('a dataset is given for its own masks as its report says', async () => {
  const rows = ['path,label,xmin,ymin,xmax,ymax', '1.png,Coat,1,1,3,2']
  folder.write('1.png', await png('#f00'))
  const path = folder.write('list.csv', rows.join('\n'))
  const { masks } = await library.datasets.scan({ path, model: null })
  expect(masks).toEqual({ path, count: 1, kind: 'box', void: null, rule: "the dataset's boxes, their pixels inside" })
  const run = await library.runs.begin({
    definition: { ...definitionOf(path), masksPath: masks?.path ?? null },
    model,
    certificate: null,
  })
  const box = { kind: 'box', left: 1, top: 1, right: 3, bottom: 2 }
  expect((await library.runs.pending({ runId: run.id, after: -1, limit: 9 })).map(({ mask }) => mask)).toEqual([box])
})

test('masks that are given fit the members of an archive', async () => {
  const image = await png('#f00')
  const path = folder.write(
    'data.zip',
    zipOf([
      { name: 'set/Coat/1.png', content: image },
      { name: 'set/Bag/1.png', content: image },
    ]),
  )
  folder.write('silhouettes/Coat/1.gif', greyPng(2, 1, Uint8Array.of(0, 255)))
  const definition = { ...definitionOf(path), masksPath: folder.path('silhouettes') }
  const run = await library.runs.begin({ definition, model, certificate: null })
  const masks = (await library.runs.pending({ runId: run.id, after: -1, limit: 9 })).map(({ mask }) => mask)
  expect(masks).toEqual([null, folder.path('silhouettes', 'Coat', '1.gif')])
})

test('samples of a manifest are found by its other columns', async () => {
  for (const name of ['1', '2', '3']) folder.write(`images/${name}.png`, await png('#f00'))
  const rows = ['1.png,Coat,41,train,left arm', '2.png,Bag,7,test,', '3.png,Coat,n/a,Test,back']
  const path = folder.write('list.csv', ['file,label,age,split,body part', ...rows].join('\n'))
  const run = await begin(path)
  expect((await library.runs.pending({ runId: run.id, after: -1, limit: 9 })).map(({ file }) => file)).toEqual(
    ['1', '2', '3'].map((name) => join(folder.path('images'), `${name}.png`)),
  )
  expect(await find(run.id, 'meta.split:test')).toEqual(['images/2.png', 'images/3.png'])
  expect(await find(run.id, '-meta.split:test')).toEqual(['images/1.png'])
  expect(await find(run.id, 'meta.age>=7 label:Coat')).toEqual(['images/1.png'])
  expect(await find(run.id, 'meta.age<7')).toEqual([])
  expect(await find(run.id, 'meta."body part":back,"LEFT arm"')).toEqual(['images/1.png', 'images/3.png'])
  expect(await find(run.id, `meta.none:"' OR 1=1 --"`)).toEqual([])
  expect((await library.samples.detail({ runId: run.id, id: 1 })).metadata).toEqual({
    age: '41',
    split: 'train',
    'body part': 'left arm',
  })
})
