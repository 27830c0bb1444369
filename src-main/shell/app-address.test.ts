import { join } from 'node:path'
import { expect, test } from 'vitest'
import { programFolder } from '../process/program-folder'
import { answerRequest, isAppAddress } from './app-address'
import { APP_ORIGIN } from './app-origin'

const media = async (address: string, tag: string | null) => ({
  status: tag === '"known"' ? 304 : 200,
  headers: { 'Content-Type': 'image/png' },
  body: `${address} ${tag}`,
})
const folder = join(programFolder(), 'src-renderer')
const answer = (address: string, init?: RequestInit) => answerRequest(new Request(address, init), media, folder)

test('only the own origin counts as the own pages', () => {
  expect(isAppAddress(`${APP_ORIGIN}/gallery`)).toBe(true)
  for (const address of [
    'headlight://app.evil/',
    'headlight://app@evil/',
    'headlight://app:80/',
    'headlight:app/',
    'https://example.org/headlight://app/',
    `blob:${APP_ORIGIN}/1`,
    'about:blank',
    '',
  ]) {
    expect(isAppAddress(address), address).toBe(false)
  }
})

test('pages come from the window folder, pictures from the project, both with the security headers', async () => {
  const page = await answer(`${APP_ORIGIN}/runs`)
  expect([page.status, page.headers.get('content-security-policy')]).toEqual([
    200,
    expect.stringContaining("script-src 'self'"),
  ])
  expect(await page.text()).toContain('<div id="root">')
  const picture = await answer(`${APP_ORIGIN}/media/thumbnail/1/2?size=160`, { headers: { 'if-none-match': '"tag"' } })
  expect(await picture.text()).toBe('/media/thumbnail/1/2?size=160 "tag"')
  expect(picture.headers.get('content-security-policy')).toContain("default-src 'none'")
  const known = await answer(`${APP_ORIGIN}/media/image/1/2`, { headers: { 'if-none-match': '"known"' } })
  expect([known.status, known.body]).toEqual([304, null])
})

test.each([
  'headlight://other/index.html',
  `${APP_ORIGIN}/../package.json`,
  `${APP_ORIGIN}/..%2fpackage.json`,
  `${APP_ORIGIN}/..%2f..%2fpackage.json`,
  `${APP_ORIGIN}/%2e%2e/package.json`,
  `${APP_ORIGIN}/media/../../package.json`,
  `${APP_ORIGIN}/media%2f..%2f..%2fpackage.json`,
  `${APP_ORIGIN}//etc/hosts.json`,
  `${APP_ORIGIN}/%00.js`,
  `${APP_ORIGIN}/%ff.js`,
])('%s is not there', async (address) => {
  expect((await answer(address)).status).toBe(404)
})

test('only reading is answered', async () => {
  const written = await answer(`${APP_ORIGIN}/`, { method: 'POST', body: 'x' })
  expect([written.status, written.headers.get('content-security-policy')]).toEqual([405, expect.any(String)])
  const head = await answer(`${APP_ORIGIN}/`, { method: 'HEAD' })
  expect([head.status, head.body]).toEqual([200, null])
})
