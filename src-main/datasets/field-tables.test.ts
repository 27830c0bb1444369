/** Tables beside images as other tools write them: which labels they give, and what is said of the rest. */
import { expect, test } from 'vitest'
import { tarOf } from './testing/archives'
import { fieldDatasets, rows } from './testing/field-datasets'

const { folder, picture, write, list, fixture } = fieldDatasets()

test('metadata in each folder, as imagefolder reads it', async () => {
  write('train/0.png', 'train/1.png', 'test/0.png')
  folder.write('train/metadata.jsonl', '{"file_name":"0.png","label":"cat"}\n{"file_name":"1.png","label":"dog"}\n')
  folder.write('test/metadata.csv', 'file_name,label\n0.png,dog\n9.png,cat\n')
  const listing = await list()
  expect(rows(listing)).toEqual(['test/0.png: dog (test)', 'train/0.png: cat (train)', 'train/1.png: dog (train)'])
  expect(listing.passedOver).toMatchObject([{ what: 'rows without an image', count: 1 }])
})

test('metadata inside a zip and a tar', async () => {
  const listing = await list(fixture('with-metadata.zip'))
  expect(listing.samples.map(({ label }) => label)).toEqual(['cat', 'dog', 'dog'])
  expect(listing.labelsFrom?.from).toBe('metadata.jsonl')
  const tar = tarOf([
    { name: 'a.png', content: picture() },
    { name: 'b.png', content: picture() },
    { name: 'metadata.csv', content: 'file_name,label\na.png,cat\nb.png,dog\n' },
  ])
  expect(rows(await list(folder.write('t.tar', tar)))).toEqual(['t.tar/a.png: cat', 't.tar/b.png: dog'])
})

test("Kaggle's train.csv with train_images and test_images, as the folder and as the table", async () => {
  write('train_images/0000.png', 'train_images/0001.png', 'test_images/0000.png')
  const table = folder.write('train.csv', 'id_code,diagnosis\n0000,2\n0001,0\n')
  folder.write('sample_submission.csv', 'id_code,diagnosis\n0000,0\n')
  const listing = await list()
  expect(rows(listing)).toEqual([
    'test_images/0000.png: null (test)',
    'train_images/0000.png: 2 (train)',
    'train_images/0001.png: 0 (train)',
  ])
  expect(listing.numbered).toBe(true)
  expect(listing.problems.join()).toMatch(/1 image without a row .*test_images\/0000\.png/)
  expect(listing.passedOver).toMatchObject([{ what: 'table sample_submission.csv', count: 1 }])
  const direct = await list(table)
  expect(rows(direct)).toEqual(['train_images/0000.png: 2 (train)', 'train_images/0001.png: 0 (train)'])
})

test('a column of labels by another name is taken and said; captions are none', async () => {
  write('a.png', 'b.png', 'c.png')
  folder.write('labels.csv', 'id,breed\na,pug\nb,pug\nc,boxer\n')
  const listing = await list()
  expect(rows(listing)).toEqual(['a.png: pug', 'b.png: pug', 'c.png: boxer'])
  expect(listing.assumed.join()).toMatch(/column breed of labels\.csv is taken for the label/)
  folder.write('labels.csv', 'id,caption\na,a pug\nb,a pug\nc,a boxer\n')
  expect((await list()).samples.map(({ label, metadata }) => [label, metadata?.caption])).toEqual([
    [null, 'a pug'],
    [null, 'a pug'],
    [null, 'a boxer'],
  ])
})

test('a table that labels images otherwise than their folders is offered, one that names none is named', async () => {
  write('cat/0.png', 'dog/1.png')
  folder.write('folds.csv', 'file,label\ncat/0.png,x\n')
  folder.write('scores.csv', 'site,score\nA,3\n')
  const { samples, passedOver, labelChoices } = await list()
  expect(samples.map(({ label }) => label)).toEqual(['cat', 'dog'])
  expect(passedOver.map(({ what }) => what)).toEqual(['table folds.csv', 'table scores.csv'])
  expect(passedOver[1]!.why).toBe(
    'no column names images (site, score), so that it gives no labels; give it a column path with the file of each row',
  )
  expect(passedOver[0]!.why).toMatch(/labels 1 of its 1 images otherwise .*--label-source folds\.csv/)
  expect(labelChoices!.map(({ source }) => source)).toEqual([1, 'folds.csv'])
})

test('RetinaNet and Tiny ImageNet: boxes without a line of names', async () => {
  write('i/a.png', 'i/b.png', 'i/c.png')
  const table = folder.write(
    'boxes.csv',
    'i/a.png,1,2,30,40,cow\ni/b.png,1,1,9,9,cat\ni/b.png,2,2,8,8,cat\ni/c.png,,,,,\n',
  )
  const listing = await list(table)
  expect(rows(listing)).toEqual(['i/a.png: cow', 'i/b.png: cat', 'i/c.png: null'])
  expect(listing.samples.map(({ mask }) => mask)).toEqual([
    { kind: 'box', left: 1, top: 2, right: 30, bottom: 40 },
    null,
    null,
  ])
  expect(listing.assumed.join()).toMatch(
    /no line of column names; its columns are taken for path, x1, y1, x2, y2, label/,
  )
  expect(listing.problems.join()).toMatch(/i\/b\.png.*several boxes/)
})

test('Tiny ImageNet whole', async () => {
  write('train/n01/images/n01_0.JPEG', 'train/n02/images/n02_0.JPEG', 'val/images/val_0.JPEG', 'val/images/val_1.JPEG')
  folder.write('val/val_annotations.txt', 'val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t0\t0\t63\t63\n')
  folder.write('words.txt', 'n01\ta\nn02\tb\n')
  const listing = await list()
  expect(rows(listing)).toEqual([
    'train/n01/images/n01_0.JPEG: n01 (train)',
    'train/n02/images/n02_0.JPEG: n02 (train)',
    'val/images/val_0.JPEG: n02 (val)',
    'val/images/val_1.JPEG: n01 (val)',
  ])
  expect(listing.labelsFrom).toMatchObject({ from: 'folder level 2 and val_annotations.txt', level: 2 })
  expect(listing.passedOver).toEqual([
    { what: 'files of text', count: 1, why: 'name none of the images, such as words.txt' },
  ])
})

test('class numbers for one split beside folders of names for another are offered, not mixed in', async () => {
  write('train/n01/0.JPEG', 'train/n02/0.JPEG', 'val/v1.JPEG', 'val/v2.JPEG')
  folder.write('val.txt', 'v1.JPEG 65\nv2.JPEG 970\n')
  const { samples, passedOver } = await list()
  expect(samples.map(({ label }) => label)).toEqual(['n01', 'n02', null, null])
  expect(passedOver.map(({ what }) => what)).toEqual(['table val.txt'])
  expect(passedOver[0]!.why).toMatch(/others than those of the folders/)
  const chosen = await list(folder.path(), { labelSource: 'val.txt' })
  expect(chosen.samples.map(({ label }) => label)).toEqual([null, null, '65', '970'])
})

test("FiftyOne's data and labels.json", async () => {
  write('data/000001.png', 'data/000002.png')
  folder.write('labels.json', '{"classes":["cat","dog"],"labels":{"000001":1,"000002":0}}')
  expect(rows(await list())).toEqual(['data/000001.png: dog', 'data/000002.png: cat'])
})

test('empty, -1 and unknown are not a label and spoil no number; a class of that name keeps its label', async () => {
  write('a.png', 'b.png', 'c.png', 'd.png')
  folder.write('metadata.csv', 'file_name,label\na.png,3\nb.png,-1\nc.png,\nd.png,unknown\n')
  const listing = await list()
  expect(listing.numbered).toBe(true)
  expect(listing.samples.map(({ label }) => label)).toEqual(['3', null, null, null])
  expect(listing.assumed).toEqual([
    '1 image is labelled "-1", which is taken for no label.',
    '1 image is labelled "unknown", which is taken for no label.',
  ])
  const known = await list(folder.path(), { classes: ['cat', 'unknown'] })
  expect(known.samples.map(({ label }) => label)).toEqual(['3', null, null, 'unknown'])
})

test('rows that disagree give no label', async () => {
  write('a.png', 'b.png')
  const table = folder.write('m.csv', 'path,label\na.png,cat\na.png,dog\nb.png,cat\n')
  const listing = await list(table)
  expect(rows(listing)).toEqual(['a.png: null', 'b.png: cat'])
  expect(listing.problems.join()).toMatch(/a\.png: listed with several labels/)
})

test('a table that describes a folder and labels its images otherwise is followed, which is said; so are images without a row', async () => {
  write('cat/0.png', 'cat/1.png', 'dog/0.png')
  folder.write('metadata.csv', 'file_name,label\ncat/0.png,dog\ndog/0.png,dog\n')
  const { samples, assumed, problems } = await list()
  expect(samples.map(({ label }) => label)).toEqual(['dog', null, 'dog'])
  expect(assumed).toEqual([
    'metadata.csv labels 1 of its 2 images otherwise than their folders (cat/0.png is dog there); it is followed. --label-source 1 takes the folders.',
  ])
  expect(problems.join()).toMatch(/1 image without a row in metadata\.csv \(cat\/1\.png\)/)
})

test('nothing is said of how a table was read that is not taken', async () => {
  write('cat/0.png', 'dog/1.png')
  folder.write('boxes.csv', 'cat/0.png,1,2,3,4,dog\ndog/1.png,1,2,3,4,cat,more\n')
  const { assumed, problems, passedOver } = await list()
  expect(passedOver).toMatchObject([{ what: 'table boxes.csv' }])
  expect([...assumed, ...problems]).toEqual([])
  const taken = await list(folder.path(), { labelSource: 'boxes.csv' })
  expect(taken.assumed.join()).toMatch(/no line of column names/)
  expect(taken.problems.join()).toMatch(/more cells than there are columns/)
})
