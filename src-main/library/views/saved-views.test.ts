import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { viewAddressSchema } from '@shared/api'
import { Library } from '../library'

const folder = mkdtempSync(join(tmpdir(), 'headlight-views-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('views are replaced by name, survive the project closing, and are removed once', async () => {
  const library = new Library()
  const path = join(folder, 'P.headlight')
  await library.project.create({ path })
  expect(await library.views.list()).toEqual([])
  await library.views.save({ name: 'Pair 10', address: '/runs/1/gallery?filter=label%3AShirt' })
  await library.views.save({ name: 'Pair 9', address: '/runs/1/gallery' })
  await library.views.save({ name: 'Pair 9', address: '/runs/2/heads?filter=correct%3Afalse' })
  await library.project.close()

  await library.project.open({ path })
  expect((await library.views.list()).map(({ name, address }) => [name, address])).toEqual([
    ['Pair 9', '/runs/2/heads?filter=correct%3Afalse'],
    ['Pair 10', '/runs/1/gallery?filter=label%3AShirt'],
  ])
  await library.views.remove({ name: 'Pair 9' })
  await expect(library.views.remove({ name: 'Pair 9' })).rejects.toMatchObject({ code: 'not-found' })
  expect(await library.views.list()).toHaveLength(1)
  await library.project.close()
})

test('a view is the address of a screen of a run', () => {
  const isView = (address: string) => viewAddressSchema.safeParse(address).success
  expect(['/runs/1/gallery', '/runs/12/samples/7?filter=conf%3E0.9+-error%3Atrue'].map(isView)).toEqual([true, true])
  const others = [
    '',
    '/runs',
    'https://example.org/',
    '//example.org/runs/1/x',
    '/runs/1/gallery#x',
    'javascript:alert(1)',
  ]
  expect(others.filter(isView)).toEqual([])
})
