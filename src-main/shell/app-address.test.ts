import { join } from 'node:path'
import { expect, test } from 'vitest'
import { programFolder } from '../service/places'
import { APP_ORIGIN, answerAddress, isAppAddress } from './app-address'

const media = async (address: string, tag: string | null) => ({
  status: 200,
  headers: { 'Content-Type': 'image/png' },
  body: `${address} ${tag}`,
})
const folder = join(programFolder(), 'src-renderer')

test('only the own origin counts as the own pages', () => {
  expect(isAppAddress(`${APP_ORIGIN}/gallery`)).toBe(true)
  expect(isAppAddress('headlight://app.evil/')).toBe(false)
  expect(isAppAddress('https://example.org/headlight://app/')).toBe(false)
})

test('pages come from the window folder, pictures from the project, both with the security headers', async () => {
  const page = await answerAddress(`${APP_ORIGIN}/runs`, null, media, folder)
  expect(page.status).toBe(200)
  expect(page.headers['Content-Security-Policy']).toContain("script-src 'self'")
  const picture = await answerAddress(`${APP_ORIGIN}/media/thumbnail/1/2?size=160`, '"tag"', media, folder)
  expect(picture.body).toBe('/media/thumbnail/1/2?size=160 "tag"')
  expect(await answerAddress('headlight://other/index.html', null, media, folder)).toMatchObject({ status: 404 })
  expect(await answerAddress(`${APP_ORIGIN}/..%2f..%2fpackage.json`, null, media, folder)).toMatchObject({
    status: 404,
  })
})
