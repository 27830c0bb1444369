import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { writeImages } from '../library-fixture'
import { ProjectThumbnails } from './project-thumbnails'
import { ThumbnailFile } from './thumbnail-file'
import { Thumbnails } from './thumbnails'

let folder: string
let image: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headlight-thumbnails-'))
  await writeImages(folder, ['a.png', 'b.png', 'c.png'])
  image = join(folder, 'a.png')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Counts what is decoded. */
function counted() {
  const thumbnails = new Thumbnails()
  return { thumbnails, make: vi.spyOn(thumbnails, 'make') }
}

test('a thumbnail is made once, also across restarts, and again when its image has changed', async () => {
  const { thumbnails, make } = counted()
  const first = new ProjectThumbnails(folder, false, 'key', thumbnails)
  const made = await first.read(1, image, 160)
  expect(Buffer.from(made).subarray(8, 12).toString()).toBe('WEBP')
  expect(Buffer.from(await first.read(1, image, 160))).toEqual(Buffer.from(made))
  await first.close()
  const second = new ProjectThumbnails(folder, false, 'key', thumbnails)
  expect(Buffer.from(await second.read(1, image, 160))).toEqual(Buffer.from(made))
  expect(make).toHaveBeenCalledTimes(1)
  utimesSync(image, new Date(), new Date(Date.now() + 5000))
  await second.read(1, image, 160)
  expect(make).toHaveBeenCalledTimes(2)
  await second.close()
})

test('without its dataset a kept thumbnail is still shown, another one is missed', async () => {
  const thumbnails = new ProjectThumbnails(folder, false, 'key', new Thumbnails())
  const made = await thumbnails.read(1, image, 160)
  rmSync(image)
  expect(Buffer.from(await thumbnails.read(1, image, 160))).toEqual(Buffer.from(made))
  await expect(thumbnails.read(1, image, 320)).rejects.toMatchObject({ code: 'not-found' })
  await thumbnails.close()
})

test('missing ones are made in advance, unreadable ones passed over', async () => {
  const { thumbnails, make } = counted()
  const project = new ProjectThumbnails(folder, false, 'key', thumbnails)
  writeFileSync(join(folder, 'b.png'), 'cut off')
  const samples = ['a.png', 'b.png', 'c.png'].map((name, index) => ({ id: index + 1, file: join(folder, name) }))
  project.makeInAdvance(() => samples)
  await vi.waitFor(() => expect(make).toHaveBeenCalledTimes(3), { timeout: 20_000 })
  await project.close()
  const kept = new ThumbnailFile(folder, false, 'key')
  expect([...kept.ids(160)]).toEqual([1, 3])
  kept.close()
})

test('closing ends what is made in advance', async () => {
  const { thumbnails, make } = counted()
  const project = new ProjectThumbnails(folder, false, 'key', thumbnails)
  project.postpone()
  project.makeInAdvance(() => [{ id: 1, file: image }])
  await project.close()
  expect(make).not.toHaveBeenCalled()
})

test('a file that is no database is made anew', async () => {
  writeFileSync(join(folder, 'thumbnails.sqlite'), 'x'.repeat(20_000))
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const thumbnails = new ProjectThumbnails(folder, false, 'key', new Thumbnails())
  await thumbnails.read(1, image, 160)
  await thumbnails.close()
  expect(said).toHaveBeenCalled()
  said.mockRestore()
  const kept = new ThumbnailFile(folder, false, 'key')
  expect([...kept.ids(160)]).toEqual([1])
  kept.close()
  expect(statSync(join(folder, 'thumbnails.sqlite')).size).toBeGreaterThan(8192)
})
