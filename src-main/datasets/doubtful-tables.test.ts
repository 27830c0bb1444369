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
