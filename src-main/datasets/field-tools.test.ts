/** Tables in the very layouts of well-known datasets: the right labels, or a sentence on what was not taken and why. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fieldDatasets, rows } from './testing/field-datasets'

const { folder, write, list, fixture } = fieldDatasets()

const why = (passedOver: readonly { what: string; why: string }[], what: string) =>
  passedOver.find((entry) => entry.what === what)?.why

test("ISIC's ground truth: a column a class, and identifiers without endings", async () => {
  write('in/ISIC_01.jpg', 'in/ISIC_02.jpg', 'in/ISIC_03.jpg', 'in/ISIC_04.jpg')
  const table = folder.write(
    'GroundTruth.csv',
    'image,MEL,NV,BCC,UNK\nISIC_01,0.0,1.0,0.0,0.0\nISIC_02,1.0,0.0,0.0,0.0\nISIC_03,0.0,0.0,1.0,0.0\n',
  )
  const listing = await list()
  expect(rows(listing)).toEqual([
    'in/ISIC_01.jpg: NV',
    'in/ISIC_02.jpg: MEL',
    'in/ISIC_03.jpg: BCC',
    'in/ISIC_04.jpg: null',
  ])
  expect(listing.assumed).toContain(
    'Of the columns MEL, NV, BCC and 1 more of GroundTruth.csv one is 1 in each row; its name is taken for the label.',
  )
  expect((await list(table)).samples.map(({ label }) => label)).toEqual(['NV', 'MEL', 'BCC'])
})

test('a row with several of the columns beyond those that were looked at has no label, which is said', async () => {
  const names = Array.from({ length: 1001 }, (_, index) => `${index}.jpg`)
  write(...names)
  const cells = (index: number) => (index === 1000 ? '1,1' : index % 2 === 0 ? '1,0' : '0,1')
  folder.write('t.csv', ['name,A,B', ...names.map((name, index) => `${name},${cells(index)}`)].join('\n'))
  const { samples, problems } = await list()
  expect(samples.slice(-2).map(({ label }) => label)).toEqual(['B', null])
  expect(problems).toContain('1000.jpg: several labels in A, B; has none.')
})

test.each([
  ['txt', '3\nBald Smiling Young \n000001.jpg -1  1  1 \n000002.jpg -1 -1  1 \n000003.jpg  1 -1 -1 \n'],
  ['csv', 'image_id,Bald,Smiling,Young\n000001.jpg,-1,1,1\n000002.jpg,-1,-1,1\n000003.jpg,1,-1,-1\n'],
])("CelebA's attributes in .%s are not labels, its partition is the split", async (ending, attributes) => {
  write('img/000001.jpg', 'img/000002.jpg', 'img/000003.jpg')
  folder.write(`list_attr_celeba.${ending}`, attributes)
  const head = ending === 'csv' ? 'image_id,partition\n' : ''
  const lines = ['000001.jpg,0', '000002.jpg,1', '000003.jpg,0'].join('\n')
  folder.write(`list_eval_partition.${ending}`, head + (ending === 'csv' ? lines : lines.replaceAll(',', ' ')))
  const { samples, problems } = await list()
  expect(samples.map(({ label, split, metadata }) => [label, split, String(metadata?.Smiling)])).toEqual([
    [null, '0', '1'],
    [null, '1', '-1'],
    [null, '0', '-1'],
  ])
  expect(problems.join()).toMatch(
    new RegExp(`Bald, Smiling, Young of list_attr_celeba.${ending} are attributes, .*no labels.*meta\\.NAME`),
  )
})

test('FGVC-Aircraft: identifiers, and labels with spaces in them; the other levels are named', async () => {
  write('data/images/1025794.jpg', 'data/images/0056978.jpg', 'data/images/0062765.jpg', 'data/images/0034309.jpg')
  folder.write('data/images_variant_train.txt', '1025794 Boeing 737\n0056978 A330-200\n')
  folder.write('data/images_manufacturer_train.txt', '1025794 Boeing\n0056978 Airbus\n')
  folder.write('data/images_variant_test.txt', '0062765 Cessna 172\n0034309 DC-3\n')
  folder.write('data/images_box.txt', '1025794 3 144 998 431\n0056978 8 56 1019 301\n0062765 1 1 9 9\n')
  const listing = await list(folder.path(), { labelSource: 'images_variant_train.txt' })
  expect(listing.samples.map(({ label }) => label)).toEqual([null, 'A330-200', null, 'Boeing 737'])
  expect(listing.samples[1]!.mask).toEqual({ kind: 'box', left: 8, top: 56, right: 1019, bottom: 301 })
  const all = await list(folder.path(), { labelSource: 'images_variant_*' })
  expect(rows(all)).toEqual([
    'data/images/0034309.jpg: DC-3 (test)',
    'data/images/0056978.jpg: A330-200 (train)',
    'data/images/0062765.jpg: Cessna 172 (test)',
    'data/images/1025794.jpg: Boeing 737 (train)',
  ])
  const auto = await list()
  expect(rows(auto)).toEqual(rows(all))
  expect(auto.assumed.join('\n')).toMatch(
    /are those of data\/images_variant_train\.txt; data\/images_manufacturer_train\.txt labels the same images otherwise.*--label-source images_manufacturer_train\.txt/,
  )
})

test('a table without a line of names keeps its first row, also where it names images without endings', async () => {
  write('i/0001.png', 'i/0002.png', 'i/0003.png')
  const table = folder.write('names.csv', '0001,cat\n0002,dog\n0003,cat\n')
  expect(rows(await list())).toEqual(['i/0001.png: cat', 'i/0002.png: dog', 'i/0003.png: cat'])
  expect(rows(await list(table))).toEqual(['i/0001.png: cat', 'i/0002.png: dog', 'i/0003.png: cat'])
})

test("Food-101's lists of one split are splits beside folders of classes", async () => {
  write('images/pie/10.jpg', 'images/pie/11.jpg', 'images/ribs/20.jpg')
  folder.write('meta/train.txt', 'pie/10\nribs/20\n')
  folder.write('meta/test.txt', 'pie/11\n')
  folder.write('meta/train.json', '{"pie": ["pie/10"], "ribs": ["ribs/20"]}')
  folder.write('meta/test.json', '{"pie": ["pie/11"], "ribs": []}')
  folder.write('meta/classes.txt', 'pie\nribs\n')
  expect(rows(await list())).toEqual([
    'images/pie/10.jpg: pie (train)',
    'images/pie/11.jpg: pie (test)',
    'images/ribs/20.jpg: ribs (train)',
  ])
})

test("Kaggle's ImageNet: synsets with boxes; the ground truth of the devkit is named and not taken", async () => {
  write('val/ILSVRC2012_val_00000001.JPEG', 'val/ILSVRC2012_val_00000002.JPEG')
  folder.write('ILSVRC2012_validation_ground_truth.txt', '490\n361\n')
  const plain = await list()
  expect(plain.samples.map(({ label }) => label)).toEqual([null, null])
  expect(why(plain.passedOver, 'table ILSVRC2012_validation_ground_truth.txt')).toMatch(
    /those of the devkit's own order.*no class numbers of models.*LOC_val_solution\.csv/,
  )
  folder.write(
    'LOC_val_solution.csv',
    'ImageId,PredictionString\nILSVRC2012_val_00000001,n03995372 85 1 499 272 \nILSVRC2012_val_00000002,n02481823 1 2 3 4 n02481823 5 6 7 8 \n',
  )
  expect((await list()).samples.map(({ label }) => label)).toEqual(['n03995372', 'n02481823'])
})

test('a line for each image: offered with its pairs, taken only where it is asked for', async () => {
  write('0001.jpg', '0002.jpg', '0010.jpg')
  folder.write('labels.txt', 'cat\ndog\ncat\n')
  const auto = await list()
  expect(auto.samples.map(({ label }) => label)).toEqual([null, null, null])
  expect(why(auto.passedOver, 'table labels.txt')).toMatch(
    /0001\.jpg = cat, 0002\.jpg = dog.*--label-source labels\.txt/,
  )
  expect(auto.labelChoices!.map(({ source }) => source)).toEqual(['labels.txt'])
  const asked = await list(folder.path(), { labelSource: 'labels.txt' })
  expect(asked.samples.map(({ label }) => label)).toEqual(['cat', 'dog', 'cat'])
  expect(asked.labelsFrom?.from).toBe('labels.txt')
  expect(asked.assumed.join()).toMatch(/Lines of labels\.txt.*order of the images, as asked for: 0001\.jpg = cat/)
})

test('numbers of rows behind the paths are not labels', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `val_${String(index + 1).padStart(4, '0')}.jpg`)
  write(...names)
  folder.write('val.txt', names.map((name, index) => `${name} ${index + 1}`).join('\n'))
  const { samples } = await list()
  expect(samples.every(({ label }) => label === null)).toBe(true)
})

test('.mat and other files of labels that are not read are named with what to do', async () => {
  write('jpg/image_00001.jpg')
  folder.write('imagelabels.mat', 'MATLAB 5.0')
  folder.write('a.xml', '<annotation/>')
  const { passedOver } = await list()
  expect(why(passedOver, '.mat')).toMatch(/MATLAB's files are not read.*write a table of file names and labels/)
  expect(why(passedOver, '.xml')).toMatch(/not read/)
})

test('YOLO: files of boxes beside the images are counted as what they are', async () => {
  write('images/train/a.jpg', 'images/train/b.jpg')
  folder.write('labels/train/a.txt', '0 0.5 0.5 0.2 0.2\n3 0.1 0.1 0.1 0.1\n')
  folder.write('labels/train/b.txt', '')
  folder.write('classes.txt', 'cat\ndog\n')
  const { passedOver, samples } = await list()
  expect(samples.map(({ label }) => label)).toEqual([null, null])
  const boxes = passedOver.find(({ what }) => what === 'files of boxes (YOLO)')
  expect(boxes).toMatchObject({ count: 2 })
  expect(boxes!.why).toMatch(/boxes of an image, of which it may have several, are not labels/)
})

const coco = (annotations: [number, number][], extra: object = { bbox: [1, 2, 3, 4] }) =>
  JSON.stringify({
    images: [
      { id: 1, file_name: 'a.jpg' },
      { id: 2, file_name: 'b.jpg' },
    ],
    categories: [
      { id: 1, name: 'cat' },
      { id: 7, name: 'dog' },
    ],
    annotations: annotations.map(([image, category]) => ({ image_id: image, category_id: category, ...extra })),
  })

test('COCO and Roboflow: several categories an image are not a label; one is offered', async () => {
  write('train/a.jpg', 'train/b.jpg')
  folder.write('train/_annotations.coco.json', coco([[1, 1], [1, 7], [2, 7]])) // prettier-ignore
  const several = await list()
  expect(several.samples.map(({ label, metadata }) => [label, metadata?.categories])).toEqual([
    [null, 'cat, dog'],
    [null, 'dog'],
  ])
  expect(several.problems.join()).toMatch(
    /_annotations\.coco\.json holds boxes.*1 of its 2 images have several categories/,
  )
  folder.write('train/_annotations.coco.json', coco([[1, 1], [2, 7], [2, 7]])) // prettier-ignore
  const one = await list()
  expect(one.samples.map(({ label }) => label)).toEqual([null, null])
  expect(why(one.passedOver, 'table train/_annotations.coco.json')).toMatch(
    /boxes.*one category an image.*--label-source/,
  )
  const asked = await list(folder.path(), { labelSource: '_annotations.coco.json' })
  expect(asked.samples.map(({ label }) => label)).toEqual(['cat', 'dog'])
  expect(asked.samples[0]!.mask).toEqual({ kind: 'box', left: 1, top: 2, right: 4, bottom: 6 })
  folder.write('train/_annotations.coco.json', coco([[1, 1], [2, 7]], {})) // prettier-ignore
  expect((await list()).samples.map(({ label }) => label)).toEqual(['cat', 'dog'])
})

test("a table without a column of paths is named with its columns, such as Camelyon17-WILDS'", async () => {
  write('patches/patient_004_node_4/patch_x_3328_y_21792.jpg')
  folder.write('metadata.csv', ',patient,node,x_coord,y_coord,tumor,slide,center,split\n0,4,4,3328,21792,1,0,0,0\n')
  const { passedOver } = await list()
  expect(why(passedOver, 'table metadata.csv')).toMatch(/no column names images \(.*patient, node, x_coord/)
})

test('several parts of one folder are not classes', async () => {
  write('images_part_1/a.jpg', 'images_part_2/b.jpg')
  const { samples, assumed } = await list()
  expect(samples.map(({ label }) => label)).toEqual([null, null])
  expect(assumed.join()).toMatch(/parts of one folder, not for labels; --label-source 1/)
})

test('of two tables of the same images each gives what the other does not say', async () => {
  write('a.jpg', 'b.jpg')
  folder.write('labels.csv', 'file,label\na.jpg,x\nb.jpg,y\n')
  folder.write('ages.csv', 'file,age,site\na.jpg,3,u\nb.jpg,4,v\n')
  const { samples } = await list()
  expect(samples.map(({ label, metadata }) => [label, metadata?.age])).toEqual([
    ['x', '3'],
    ['y', '4'],
  ])
})

test('decimals of Parquet keep their digits', async () => {
  write('a.jpg', 'b.jpg')
  const table = folder.write('m.parquet', readFileSync(fixture('decimal-ids.parquet')))
  expect((await list(table)).samples.map(({ metadata }) => metadata)).toEqual([
    { id: '1541815603606036481', amount: '12345678901234.5678', price: 0.7 },
    { id: '-1541815603606036482', price: -2.25 },
  ])
})
