import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SampleLocation } from './location'
import { readSample } from './read-sample'
import { readMaskLocation, StoredLocations, writeMaskLocation } from './stored-locations'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'headlight-locations-'))
})
afterEach(() => rmSync(root, { recursive: true }))

test('a file below the root needs no text; everything else moves with the dataset', () => {
  const locations = new StoredLocations(root)
  expect(locations.write('a/b.png', join(root, 'a', 'b.png'))).toBeNull()
  expect(locations.read('a/b.png', null)).toBe(join(root, 'a', 'b.png'))

  const member: SampleLocation = { kind: 'range', file: join(root, 's.tar'), offset: 512, length: 3, name: 'x.png' }
  const stored = locations.write('s.tar/x.png', member)
  expect(locations.read('s.tar/x.png', stored)).toEqual(member)
  expect(new StoredLocations('/moved').read('s.tar/x.png', stored)).toEqual({ ...member, file: '/moved/s.tar' })
  const elsewhere = locations.write('1.png', join(root, 'images', '1.png'))
  expect(new StoredLocations('/moved').read('1.png', elsewhere)).toBe('/moved/images/1.png')
})

test('a dataset that is a file has its folder for a base', () => {
  writeFileSync(join(root, 'list.csv'), '')
  expect(new StoredLocations(join(root, 'list.csv')).read('a.png', null)).toBe(join(root, 'a.png'))
})

test('nothing leaves the dataset', () => {
  const locations = new StoredLocations(root)
  for (const path of ['../x.png', 'a/../../x.png', '/etc/passwd', '']) {
    expect(() => locations.read(path, null)).toThrow(expect.objectContaining({ code: 'not-found' }))
    expect(() => locations.read('x', JSON.stringify(path))).toThrow(expect.objectContaining({ code: 'not-found' }))
  }
})

test('masks keep their path, or their member', () => {
  const member: SampleLocation = { kind: 'range', file: '/s.tar', offset: 512, length: 3, name: 'x.png' }
  for (const mask of [null, '/masks/x.png', member]) expect(readMaskLocation(writeMaskLocation(mask))).toEqual(mask)
})

test('a member is read in place, and an archive that ends before it is named', async () => {
  const file = join(root, 's.tar')
  writeFileSync(file, 'head' + 'image')
  const member: SampleLocation = { kind: 'range', file, offset: 4, length: 5, name: 'x.png' }
  expect(Buffer.from(await readSample(member)).toString()).toBe('image')
  await expect(readSample({ ...member, length: 6 })).rejects.toMatchObject({ code: 'unreadable-image' })
  await expect(readSample({ ...member, file: join(root, 'none.tar') })).rejects.toMatchObject({
    code: 'not-found',
    message: /none\.tar\/x\.png is missing/ as never,
  })
})

test.skipIf(process.platform === 'win32')(
  'a dataset that cannot be looked at any more still says where its samples were',
  () => {
    const gone = join(root, 'loop')
    symlinkSync(gone, gone)
    expect(new StoredLocations(gone).read('a/1.png', null)).toBe(join(gone, 'a', '1.png'))
  },
)
