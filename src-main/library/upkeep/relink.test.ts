/** A project whose dataset or model went elsewhere, on real files. */
import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greyPng } from '../../datasets/grey-png'
import { readSample } from '../../datasets/read-sample'
import { png, tarOf, zipOf } from '../../datasets/testing/archives'
import { temporaryFolder } from '../../datasets/testing/temporary-folder'
import { modelIdentity } from '@headlight/explain/onnx'
import { definitionOf, model, resultsOf } from '../library-fixture'
import { Project } from '../project/project'
import { directLane } from '../queries/query-lane'
import { beginRun } from '../run/begin-run'
import { commitBatch } from '../run/commit-batch'
import { readRun } from '../run/run-records'
import { locateSample, readPending } from '../samples/sample-files'
import { applyRelink, planRelink, previewOf } from './relink-dataset'
import { relinkModel } from './relink-model'

const folder = temporaryFolder()
let project: Project
beforeEach(() => {
  project = Project.create(folder.path('P.headlight'))
})
afterEach(() => project.close())

/** Four pictures of different contents, two of them of equal size. */
const PICTURES = ['Coat/1.png', 'Coat/2.png', 'Shirt/3.png', 'Shirt/4.png']
const contentOf = (path: string) => `${path.includes('4') ? 'longer ' : ''}picture ${path.at(-5)}`

function writePictures(root: string): string {
  for (const path of PICTURES) folder.write(`${root}/${path}`, contentOf(path))
  return folder.path(root)
}

/** A finished run over a dataset, and a tag on its second sample. */
async function review(data: string, masksPath: string | null = null) {
  const run = await beginRun(project, { ...definitionOf(data), masksPath }, model, null)
  const samples = readPending(project, run.id, -1, 100)
  const contents = await Promise.all(samples.map(({ file }) => readSample(file)))
  const predictions = samples.map((_, i) => i % 3)
  commitBatch(project, run, resultsOf(samples, contents, { predictions }))
  project.review
    .prepare(
      `INSERT INTO annotation (sample_id, kind, reviewer, key, text, created_at, changed_at) VALUES (?, 'tag', 'me', 'odd', 'odd', '', '')`,
    )
    .run(samples[1]?.id)
  return { run, ids: samples.map(({ id }) => id) }
}

async function relink(path: string, datasetId = 1) {
  const plan = await planRelink(project, directLane(project), { datasetId, path, progress: () => undefined })
  const preview = previewOf(project, 1, plan)
  applyRelink(project, plan)
  return preview
}

const contentAt = async (runId: number, id: number) =>
  Buffer.from(await readSample(locateSample(project, readRun(project, runId), id).file)).toString()

describe('a dataset', () => {
  test('that moved as a whole is found by path; results, annotations and the run stay', async () => {
    const { run, ids } = await review(writePictures('images'))
    renameSync(folder.path('images'), folder.path('elsewhere'))
    const { match, from } = await relink(folder.path('elsewhere'))
    expect(from).toBe(folder.path('images'))
    expect(match).toMatchObject({ samples: 4, byPath: { count: 4 }, missing: { count: 0 }, extra: 0, hashed: 4 })
    expect(await Promise.all(ids.map((id) => contentAt(run.id, id)))).toEqual(PICTURES.map(contentOf))
    const tagged = project.review.prepare(`SELECT path FROM sample_key JOIN annotation ON sample_id = sample_key.id`)
    expect(tagged.pluck().all()).toEqual(['Coat/2.png'])
    // The same run, begun at the new place, is this run, with nothing left to compute.
    const again = await beginRun(project, definitionOf(folder.path('elsewhere')), model, null)
    expect(again).toMatchObject({ id: run.id, total: 4, done: 4 })
  })

  test('with renamed, changed, missing and new files says how many of each, and keeps every reference', async () => {
    const { run, ids } = await review(writePictures('images'))
    const root = folder.path('moved')
    renameSync(folder.path('images'), root)
    renameSync(`${root}/Coat/1.png`, `${root}/Coat/renamed.png`)
    writeFileSync(`${root}/Coat/2.png`, 'something else')
    rmSync(`${root}/Shirt/3.png`)
    writeFileSync(`${root}/Shirt/new.png`, 'picture 9')
    const { match } = await relink(root)
    expect(match.byPath).toEqual({ count: 1, examples: ['Shirt/4.png'] })
    expect(match.renamed).toEqual({ count: 1, examples: ['Coat/1.png → Coat/renamed.png'] })
    expect(match.different).toEqual({ count: 1, examples: ['Coat/2.png'] })
    expect(match.missing).toEqual({ count: 1, examples: ['Shirt/3.png'] })
    expect(match.extra).toBe(1)
    expect(await contentAt(run.id, ids[0]!)).toBe(contentOf('Coat/1.png'))
    const keys = project.review.prepare(`SELECT path FROM sample_key ORDER BY id`).pluck().all()
    expect(keys).toEqual(['Coat/renamed.png', 'Coat/2.png', 'Shirt/3.png', 'Shirt/4.png'])
  })

  test('in which two files changed places follows the contents', async () => {
    const { run, ids } = await review(writePictures('images'))
    const at = (name: string) => folder.path('images', 'Shirt', name)
    renameSync(at('3.png'), at('x'))
    renameSync(at('4.png'), at('3.png'))
    renameSync(at('x'), at('4.png'))
    const { match } = await relink(folder.path('images'))
    expect(match.renamed.examples).toEqual(['Shirt/4.png → Shirt/3.png', 'Shirt/3.png → Shirt/4.png'])
    expect(await Promise.all(ids.map((id) => contentAt(run.id, id)))).toEqual(PICTURES.map(contentOf))
  })

  test('made on Windows is found on another system', async () => {
    const { run, ids } = await review(writePictures('images'))
    const windows = 'D:\\data\\images'
    project.review.prepare(`UPDATE dataset SET root = ?`).run(windows)
    project.review
      .prepare(`UPDATE run SET definition = ?`)
      .run(JSON.stringify({ ...run.definition, dataPath: windows, masksPath: 'D:\\data\\masks' }))
    mkdirSync(folder.path('masks'))
    await relink(folder.path('images'))
    expect(await contentAt(run.id, ids[2]!)).toBe(contentOf('Shirt/3.png'))
    expect(readRun(project, run.id).definition).toMatchObject({
      dataPath: folder.path('images'),
      masksPath: folder.path('masks'),
    })
  })

  test('takes masks along that lie beside it, and leaves those that stayed', async () => {
    writePictures('a/images')
    folder.write('a/masks/Coat/1.png', greyPng(2, 1, Uint8Array.of(0, 255)))
    const { run, ids } = await review(folder.path('a/images'), folder.path('a/masks'))
    cpSync(folder.path('a'), folder.path('b'), { recursive: true })
    const maskOf = () => locateSample(project, readRun(project, run.id), ids[0]!).mask
    expect((await relink(folder.path('b/images'))).masks).toEqual({
      path: folder.path('b/masks/Coat'),
      found: 1,
      total: 1,
    })
    expect(maskOf()).toBe(folder.path('b/masks/Coat/1.png'))
    cpSync(folder.path('b/images'), folder.path('c/images'), { recursive: true })
    await relink(folder.path('c/images'))
    expect(maskOf()).toBe(folder.path('b/masks/Coat/1.png'))
    expect(readRun(project, run.id).definition.masksPath).toBe(folder.path('b/masks'))
  })

  test('that holds none of the images is refused, as is one that the project has already', async () => {
    await review(writePictures('images'))
    folder.write('cats/cat/1.png', 'a cat')
    await expect(relink(folder.path('cats'))).rejects.toMatchObject({ code: 'not-found' })
    await beginRun(project, definitionOf(folder.path('cats')), model, null)
    await expect(relink(folder.path('cats'))).rejects.toMatchObject({ code: 'usage' })
    await expect(relink(folder.path('nowhere'))).rejects.toMatchObject({ code: 'not-found' })
    expect(project.review.prepare(`SELECT root FROM dataset WHERE id = 1`).pluck().get()).toBe(folder.path('images'))
  })
})

describe('archives and manifests', () => {
  test('a zip under another name, with its members in another order', async () => {
    const [red, blue] = [await png('#f00'), await png('#00f')]
    const members = [
      { name: 'Coat/1.png', content: red },
      { name: 'Bag/2.png', content: blue },
    ]
    const { run, ids } = await review(folder.write('data.zip', zipOf(members)))
    rmSync(folder.path('data.zip'))
    const { match } = await relink(folder.write('copy.zip', zipOf(members.toReversed())))
    expect(match).toMatchObject({ kind: 'Zip archive', byPath: { count: 2 }, missing: { count: 0 }, hashed: 2 })
    const read = await readSample(locateSample(project, readRun(project, run.id), ids[0]!).file)
    expect(Buffer.from(read).equals(blue)).toBe(true)
  })

  test('shards under other names, by content', async () => {
    const shard = async (colour: string) => tarOf([{ name: 'a.png', content: await png(colour) }])
    folder.write('shards/x-0.tar', await shard('#f00'))
    folder.write('shards/x-1.tar', await shard('#0f0'))
    await review(folder.path('shards'))
    folder.write('new/y-0.tar', await shard('#0f0'))
    folder.write('new/y-1.tar', await shard('#f00'))
    const { match } = await relink(folder.path('new'))
    expect(match.renamed.examples.toSorted()).toEqual([
      'x-0.tar/a.png → y-1.tar/a.png',
      'x-1.tar/a.png → y-0.tar/a.png',
    ])
  })

  test('a manifest with its images', async () => {
    folder.write('set/img/1.png', 'one')
    folder.write('set/img/2.png', 'two')
    folder.write('set/metadata.csv', 'path,label\nimg/1.png,Coat\nimg/2.png,Bag\n')
    const { run, ids } = await review(folder.path('set', 'metadata.csv'))
    renameSync(folder.path('set'), folder.path('there'))
    const { match } = await relink(folder.path('there', 'metadata.csv'))
    expect(match).toMatchObject({ byPath: { count: 2 }, missing: { count: 0 } })
    expect(await contentAt(run.id, ids[1]!)).toBe('two')
  })
})

describe('a model', () => {
  const vit = resolve('models/zoo/timm_vit_op17/model.onnx')

  test('of the same content is taken from its new place', async () => {
    const { hash } = await modelIdentity(vit)
    const run = await beginRun(project, definitionOf(writePictures('images')), { ...model, hash }, null)
    copyFileSync(vit, folder.path('again.onnx'))
    expect(await relinkModel(project, folder.path('again.onnx'))).toEqual(['run'])
    expect(readRun(project, run.id)).toMatchObject({
      definition: { modelPath: folder.path('again.onnx') },
      model: { path: folder.path('again.onnx'), fileName: 'again.onnx', hash },
    })
    const again = { ...definitionOf(folder.path('images')), modelPath: folder.path('again.onnx') }
    expect((await beginRun(project, again, { ...model, hash }, null)).id).toBe(run.id)
  })

  test('of other content is refused with both hashes', async () => {
    const run = await beginRun(project, definitionOf(writePictures('images')), { ...model, hash: 'c0ffee' }, null)
    const { hash } = await modelIdentity(vit)
    const refusal = relinkModel(project, vit)
    await expect(refusal).rejects.toMatchObject({ code: 'model-changed' })
    await expect(refusal).rejects.toThrow(new RegExp(`${hash}.*c0ffee`))
    expect(readRun(project, run.id).definition.modelPath).toBe(model.path)
  })
})
