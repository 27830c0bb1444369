/** Tables that can be read in two ways, in part, or not at all: what is said of them, and that they stop nothing. */
import { expect, test } from 'vitest'
import { zipOf } from './testing/archives'
import { fieldDatasets, rows } from './testing/field-datasets'

const { folder, picture, write, list } = fieldDatasets()

const why = (passedOver: readonly { what: string; why: string }[], what: string) =>
  passedOver.find((entry) => entry.what === what)?.why

test('a table that is damaged inside an archive is named; its images are listed', async () => {
  const damaged = { content: Buffer.from('file_name,label\na.png,x\n'), claimed: 5 }
  const zip = zipOf([
    { name: 'cat/a.png', content: picture() },
    { name: 'dog/b.png', content: picture() },
    { name: 'metadata.csv', ...damaged },
    { name: 'readme.txt', ...damaged },
    { name: 'cat/a.txt', ...damaged },
  ])
  const listing = await list(folder.write('damaged.zip', zip))
  expect(listing.samples.map(({ label }) => label)).toEqual(['cat', 'dog'])
  expect(why(listing.passedOver, 'table metadata.csv')).toMatch(/metadata\.csv is damaged inside its archive/)
  expect(why(listing.passedOver, 'table readme.txt')).toMatch(/readme\.txt is damaged inside its archive/)
  expect(listing.passedOver).toContainEqual(expect.objectContaining({ what: 'files of text of one image each' }))
})

test('rows without an image are named with every table that has them', async () => {
  write('a.jpg', 'b.jpg')
  folder.write('one.csv', 'file,label\na.jpg,x\ngone.jpg,x\n')
  folder.write('two.csv', 'file,label\nb.jpg,y\nlost.jpg,y\n')
  const { passedOver } = await list()
  expect(passedOver).toContainEqual({
    ...{ what: 'rows without an image', count: 2 },
    why: 'one.csv, two.csv name gone.jpg, lost.jpg, which are not there',
  })
})

test('choices of labels count neither empty cells nor words for no label', async () => {
  write('a.jpg', 'b.jpg', 'c.jpg', 'd.jpg')
  folder.write('labels.csv', 'file,label\na.jpg,x\nb.jpg,y\nc.jpg,\nd.jpg,-1\n')
  const { labelChoices } = await list()
  expect(labelChoices).toMatchObject([{ source: 'labels.csv', labels: 2 }])
})

test('a row with none of the columns beyond those that were looked at has no label, which is said', async () => {
  const names = Array.from({ length: 1001 }, (_, index) => `${index}.jpg`)
  write(...names)
  const cells = (index: number) => (index === 1000 ? '0,0' : index % 2 === 0 ? '1,0' : '0,1')
  folder.write('t.csv', ['name,A,B', ...names.map((name, index) => `${name},${cells(index)}`)].join('\n'))
  expect((await list()).problems).toContain('1000.jpg: no label in A, B; has none.')
})

test("a table without a column of paths, such as Camelyon17-WILDS', gives no labels, which is said", async () => {
  write('patches/patient_004_node_4/patch_x_3328_y_21792.jpg')
  folder.write('metadata.csv', ',patient,node,x_coord,y_coord,tumor,slide,center,split\n0,4,4,3328,21792,1,0,0,0\n')
  expect(why((await list()).passedOver, 'table metadata.csv')).toMatch(
    /\(column1, patient, node, .*so that it gives no labels; give it a column path/,
  )
})

test.each([
  ['identifiers', '1025794 Boeing 737\n0056978 Airbus A330\n'],
  ['file names', '1025794.jpg Boeing 737\n0056978.jpg Airbus A330\n'],
])('a list in which all rows have as many words behind %s: both readings of the label are shown', async (_, text) => {
  write('images/1025794.jpg', 'images/0056978.jpg')
  folder.write('list.txt', text)
  const cut = await list()
  expect(cut.samples.map(({ label }) => label)).toEqual(['Airbus', 'Boeing'])
  expect(cut.problems.join()).toMatch(
    /list\.txt has 2 words behind each path, .*1025794\S* is "Boeing"\. If the label is all of them, "Boeing 737"/,
  )
  // What the sentence advises.
  folder.write('list.txt', text.replaceAll(/^(\S+) (.*)$/gm, '$1 "$2"'))
  expect((await list()).samples.map(({ label }) => label)).toEqual(['Airbus A330', 'Boeing 737'])
  folder.write('list.txt', text.replaceAll(/^(\S+) /gm, '$1\t'))
  const parted = await list()
  expect(parted.samples.map(({ label }) => label)).toEqual(['Airbus A330', 'Boeing 737'])
  expect(parted.problems).toEqual([])
})

test.each(['a.jpg cat train\nb.jpg dog test\n', 'a.jpg 3 x\nb.jpg 4 y\n', 'a.jpg cat 1 2 3 4\nb.jpg dog 1 2 3 4\n'])(
  'words that can only be columns are no doubt: %j',
  async (text) => {
    write('a.jpg', 'b.jpg')
    folder.write('list.txt', text)
    expect((await list()).problems).toEqual([])
  },
)

test('splits never take labels of different levels: the kind with the most rows is taken in all of them', async () => {
  write('1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg')
  folder.write('images_family_train.txt', '1.jpg F1\n2.jpg F1\n3.jpg F2\n')
  folder.write('images_variant_train.txt', '1.jpg V1\n2.jpg V2\n')
  folder.write('images_family_test.txt', '4.jpg F1\n')
  folder.write('images_variant_test.txt', '4.jpg V1\n5.jpg V2\n')
  const listing = await list()
  expect(rows(listing)).toEqual(['1.jpg: F1 (train)', '2.jpg: F1 (train)', '3.jpg: F2 (train)', '4.jpg: F1 (test)', '5.jpg: null']) // prettier-ignore
  expect(listing.assumed.join()).toMatch(/Labels are those of images_family_train\.txt; images_variant_train\.txt/)
  folder.write('images_variant_train.txt', '1.jpg V1\n')
  folder.write('images_family_test.txt', '')
  const without = await list()
  expect(without.samples.slice(3).map(({ label }) => label)).toEqual([null, null])
  expect(why(without.passedOver, 'table images_variant_test.txt')).toMatch(
    /labels of another kind than images_family_train\.txt.*--label-source images_variant_test\.txt/,
  )
})

test('tables of different names without a label in common are said', async () => {
  write('1.jpg', '2.jpg')
  folder.write('images_family_train.txt', '1.jpg F1\n')
  folder.write('images_variant_test.txt', '2.jpg V1\n')
  expect((await list()).assumed.join()).toMatch(
    /those of images_family_train\.txt and of images_variant_test\.txt, which have none in common/,
  )
})
