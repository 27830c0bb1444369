import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseNpy } from '@headlight/explain/files'
import { PausableControl } from '../control'
import { type SmallProject, smallProject, unwatched } from '../../service/testing/small-project'
import { drawOverlay } from './draw-overlay'
import { exportOverlays, type OverlayOptions } from './export-overlays'
import { FileNames } from './file-names'

const NAMES = ['Bag/1.png', 'Coat/1.png', 'Shirt/9.png', 'Shirt/broken.png']
const PNG: OverlayOptions = {
  format: 'png',
  method: 'gmar_l1',
  size: 48,
  pattern: '{label}/{name}_{method}',
  skipExisting: false,
  boxes: true,
}
let made: SmallProject
const write = (options: Partial<OverlayOptions>, out: string, control = unwatched()) =>
  exportOverlays(made.source, { run: made.run, filter: '' }, { ...PNG, ...options }, join(made.folder, out), control)

beforeAll(async () => {
  made = await smallProject(NAMES, [2, 0, 0], [0.5, 0.6, 0.7])
})
afterAll(() => made.close())

test('every map over its picture, in the proportions of the input, and a list of them', async () => {
  const report = await write({}, 'png')
  expect(report).toMatchObject({ rows: 3, leftOut: 1 })
  const file = join(made.folder, 'png', 'Bag', '1_gmar_l1.png')
  const image = sharp(file)
  expect(await image.metadata()).toMatchObject({ width: 48, height: 32, format: 'png' })
  expect((await image.metadata()).xmp?.toString()).toContain('Bag/1.png')
  // The picture is one colour; what varies is the map.
  expect((await image.stats()).entropy).toBeGreaterThan(2)
  const index = readFileSync(join(made.folder, 'png', 'overlays.csv'), 'utf8')
  expect(index).toContain('Bag/1_gmar_l1.png,,Bag/1.png,Bag,,Bag,2')
  expect(index).toContain('"No image: it is\ncut off."')
})

test('the box of a detector is drawn in white between dark lines, at the edge where it lies outside', async () => {
  const grey = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#888' } })
    .png()
    .toBuffer()
  const map = { grid: [2, 3] as [number, number], values: Float32Array.of(0, 1, 2, 3, 4, 5) }
  const size = { width: 60, height: 40 }
  const plain = await drawOverlay(grey, map, size)
  const boxed = await drawOverlay(grey, map, size, { left: 0.5, top: 0.25, right: 1.4, bottom: 0.75 })
  const pixel = ({ rgb, width }: typeof plain, x: number, y: number) => [
    ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
  ]
  expect(pixel(boxed, 31, 20)).toEqual([255, 255, 255])
  expect(pixel(boxed, 30, 20)).toEqual([0, 0, 0])
  expect(pixel(boxed, 58, 20)).toEqual([255, 255, 255])
  for (const [x, y] of [
    [29, 20],
    [45, 20],
    [45, 9],
  ] as const)
    expect(pixel(boxed, x, y)).toEqual(pixel(plain, x, y))
})

test('raw maps are float32 of the grid', async () => {
  await write({ format: 'npy', pattern: '{id}' }, 'npy')
  const { ids } = await made.library.samples.query({ runId: made.run.id, filter: '', sort: 'path', descending: false })
  const { values } = await made.library.samples.maps({ runId: made.run.id, ids: ids.slice(1, 2), method: 'gmar_l1' })
  const read = parseNpy(readFileSync(join(made.folder, 'npy', `${ids[1]}.npy`)), 'map')
  expect(read.dims).toEqual([2, 3])
  expect(read.data).toEqual(values)
})

test('a batch that was stopped goes on with what is missing', async () => {
  const out = join(made.folder, 'stopped')
  const control = new PausableControl((done) => done === 1 && control.cancel())
  await expect(write({}, 'stopped', control)).rejects.toMatchObject({ code: 'cancelled' })
  expect(existsSync(join(out, 'overlays.csv'))).toBe(false)
  await write({}, 'stopped')
  const kept = join(out, 'Bag', '1_gmar_l1.png')
  writeFileSync(kept, 'mine')
  rmSync(join(out, 'Coat', '1_gmar_l1.png'))
  expect(await write({ skipExisting: true }, 'stopped')).toMatchObject({ rows: 3 })
  expect(readFileSync(kept, 'utf8')).toBe('mine')
  expect(statSync(join(out, 'Coat', '1_gmar_l1.png')).size).toBeGreaterThan(100)
  expect(readdirSync(out).sort()).toEqual(['Bag', 'Coat', 'Shirt', 'overlays.csv', 'overlays.csv.meta.json'])
})

test('a paused batch waits', async () => {
  const control = new PausableControl(() => undefined)
  control.pause()
  let ended = false
  const work = write({}, 'paused', control).then(() => (ended = true))
  await expect.poll(() => existsSync(join(made.folder, 'paused'))).toBe(true)
  expect(ended).toBe(false)
  control.resume()
  await work
  expect(existsSync(join(made.folder, 'paused', 'overlays.csv'))).toBe(true)
})

test('a method that the run did not compute is named', async () => {
  await expect(write({ method: 'chefer' }, 'none')).rejects.toMatchObject({ code: 'usage' })
})

describe('names of files', () => {
  const values = { path: 'a/b', name: 'b', label: 'L', prediction: 'P', method: 'rollout', id: '7' }
  const name = (pattern: string, changed: Partial<typeof values> = {}) =>
    new FileNames(pattern, 'png').next({ ...values, ...changed })

  test('never lead outside of the folder', () => {
    expect(name('{path}', { path: '../../etc/passwd' })).toBe('__/__/etc/passwd.png')
    expect(name('/{path}', { path: '/etc/x' })).toBe('etc/x.png')
    expect(name('{label}/{name}', { label: '../up' })).toBe('.._up/b.png')
    expect(name('{label}/x', { label: '..' })).toBe('__/x.png')
    expect(name('{name}', { name: 'C:\\x' })).toBe('C__x.png')
  })

  test('suit every file system, and are numbered where they are taken', () => {
    expect(name('{label}', { label: 'T-shirt/top' })).toBe('T-shirt_top.png')
    expect(name('{label}', { label: 'con' })).toBe('_con.png')
    expect(name('{label}', { label: 'a\u0000b?. ' })).toBe('a_b___.png')
    expect(name('{label}', { label: 'x'.repeat(500) }).length).toBeLessThan(200)
    const names = new FileNames('{label}', 'npy')
    expect(['Coat', 'coat', 'COAT-2'].map((label) => names.next({ ...values, label }))).toEqual([
      'Coat.npy',
      'coat-2.npy',
      'COAT-2-2.npy',
    ])
  })

  test('a field that does not exist is named', () => {
    expect(() => new FileNames('{colour}', 'png')).toThrow('not "{colour}"')
    expect(() => new FileNames('../', 'png')).toThrow('empty')
  })
})
