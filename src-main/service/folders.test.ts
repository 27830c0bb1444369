import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { describePath, listFolder } from './folders'

const folder = mkdtempSync(join(tmpdir(), 'headlight-folders-'))
afterAll(() => rmSync(folder, { recursive: true }))

const files = [
  'b.BMP',
  'c.zip',
  'd.tar',
  'e.tar.gz',
  'f.jsonl',
  'g.parquet',
  'train-images-idx3-ubyte.gz',
  'x.txt',
  'm.onnx',
]

test('datasets are told from other files by their names, with what to know of them', async () => {
  for (const name of files) writeFileSync(join(folder, name), 'x')
  mkdirSync(join(folder, 'p.headlight'))
  mkdirSync(join(folder, 'images'))
  const { entries } = await listFolder(folder, null)
  const kinds = Object.fromEntries(entries.map(({ name, kind }) => [name, kind]))
  expect(kinds).toEqual({
    ...{ 'p.headlight': 'project', images: 'folder', 'm.onnx': 'model', 'b.BMP': 'image', 'x.txt': 'file' },
    ...{ 'c.zip': 'dataset', 'd.tar': 'dataset', 'f.jsonl': 'dataset', 'g.parquet': 'dataset', 'e.tar.gz': 'file' },
    'train-images-idx3-ubyte.gz': 'dataset',
  })
  expect(entries.map(({ kind }) => kind).join(' ')).toMatch(/^project folder model dataset .*image file file$/)
  const noteOf = (wanted: string) => entries.find(({ name }) => name === wanted)?.note
  expect(noteOf('c.zip')).toMatch(/^Zip archive: .*256 MB$/)
  expect(noteOf('e.tar.gz')).toBe('compressed tar: unpack it to .tar')
})

test('a path is described by itself', async () => {
  expect(await describePath(join(folder, 'c.zip'))).toMatchObject({ kind: 'dataset', path: join(folder, 'c.zip') })
  await expect(describePath(join(folder, 'gone'))).rejects.toMatchObject({ code: 'not-found' })
})
