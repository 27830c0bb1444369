/** Who the web host answers, and with which headers. */
import { once } from 'node:events'
import { request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { calls, type Service } from '@shared/api'
import { programFolder } from '../process/program-folder'
import { type WebHost, type WebHostOptions, startWebHost } from './web-host'

const idle: Service = {
  call: (name) => Promise.reject(new Error(`${name in calls} is not called here`)),
  on: () => () => undefined,
}
const options = {
  service: idle,
  media: async () => ({ status: 200, headers: { 'Content-Type': 'image/png' }, body: 'picture' }),
  windowFolder: join(programFolder(), 'src-renderer'),
  host: '127.0.0.1',
  port: 0,
}

let web: WebHost
let cookie: string
let origin: string

beforeAll(async () => {
  web = await startWebHost(options)
  origin = new URL(web.url).origin
  cookie = (await fetch(web.url)).headers.get('set-cookie') ?? ''
})
afterAll(() => web.close())

/** Plain HTTP: fetch would not let a test choose Host. */
function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, { headers }, (response) => {
      const body = response.toArray().then((parts) => parts.join(''))
      body.then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject)
    })
    sent.on('error', reject).end()
  })
}

const session = () => ({ cookie: cookie.split(';')[0] ?? '' })

/** Whether a socket opens with these headers. */
function opens(path: string, headers: Record<string, string>, from?: string): Promise<boolean> {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers, origin: from })
  return new Promise((resolve) => {
    socket.on('open', () => resolve(true)).on('error', () => resolve(false))
  }).then((open) => {
    socket.terminate()
    return Boolean(open)
  })
}

test('the printed address gives a cookie that scripts and other sites cannot use', () => {
  expect(cookie).toMatch(/^headlight-\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/)
})

test('an answer that cannot be sent, or whose reader left, ends its own request only', async () => {
  const host = await startWebHost({
    ...options,
    media: async (address) => ({
      status: 200,
      headers: { 'X-Name': address.includes('broken') ? 'two\nlines' : 'one' },
      body: 'x'.repeat(address.includes('large') ? 2 ** 24 : 1),
    }),
  })
  onTestFinished(() => host.close())
  const at = new URL(host.url).origin
  const headers = { cookie: ((await fetch(host.url)).headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  await expect(fetch(`${at}/media/broken`, { headers })).rejects.toThrow()
  const left = await fetch(`${at}/media/large`, { headers })
  await left.body?.cancel()
  expect((await fetch(`${at}/media/small`, { headers })).status).toBe(200)
})

test('without the cookie there is nothing, with it there is the window', async () => {
  expect((await get('/')).status).toBe(403)
  expect((await get('/media/image/1/1')).status).toBe(403)
  expect((await get('/?token=wrong')).status).toBe(403)
  expect(await get('/', session())).toMatchObject({ status: 200, body: expect.stringContaining('<div id="root">') })
  expect(await get('/run/3/gallery', session())).toMatchObject({ status: 200 })
  expect(await get('/media/image/1/1', session())).toEqual({ status: 200, body: 'picture' })
})

test('a page that rebound its own name is refused, a forwarded port is not', async () => {
  expect((await get('/', { ...session(), host: 'evil.example' })).status).toBe(403)
  expect((await get('/', { ...session(), host: 'localhost:9999' })).status).toBe(200)
  for (const host of [
    'evil@localhost',
    'localhost/evil',
    'localhost#.evil.example',
    'localhost?x',
    'localhost:80:80',
  ]) {
    expect((await get('/', { ...session(), host })).status, host).toBe(403)
  }
})

test('another origin is refused, with the cookie as well', async () => {
  expect((await get('/', { ...session(), origin: 'http://evil.example' })).status).toBe(403)
  expect(await opens('/api', session(), 'http://evil.example')).toBe(false)
})

test('a page of another site, or of another port of this machine, embeds nothing of ours, with the cookie as well', async () => {
  for (const site of ['cross-site', 'same-site']) {
    for (const [mode, dest] of [
      ['no-cors', 'image'],
      ['cors', 'empty'],
      ['navigate', 'iframe'],
    ] as const) {
      const headers = { ...session(), 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest }
      expect((await get('/media/image/1/1', headers)).status, `${site} ${dest}`).toBe(403)
    }
    const link = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect((await get('/', { ...session(), ...link })).status).toBe(200)
  }
  const own = { ...session(), 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  expect((await get('/media/image/1/1', own)).status).toBe(200)
})

test('the token is exchanged at once: the page that takes it keeps no copy and names it to nobody', async () => {
  const welcome = await fetch(web.url)
  const token = new URL(web.url).searchParams.get('token') ?? '?'
  expect(await welcome.text()).not.toContain(token)
  expect(welcome.headers.get('referrer-policy')).toBe('no-referrer')
  expect(welcome.headers.get('cache-control')).toBe('no-store')
})

test('windows are counted', async () => {
  const open = () => new WebSocket(`${origin.replace('http', 'ws')}/api`, { headers: session(), origin })
  const windows = Array.from({ length: 64 }, open)
  await Promise.all(windows.map((window) => once(window, 'open')))
  const refused = open()
  const [error] = (await once(refused, 'error')) as [Error]
  expect(error.message).toContain('503')
  await Promise.all(windows.map((window) => (window.terminate(), once(window, 'close'))))
})

test('the socket takes the cookie, the origin and the right path', async () => {
  expect(await opens('/api', session(), origin)).toBe(true)
  expect(await opens('/api', {}, origin)).toBe(false)
  expect(await opens('/api', session())).toBe(false)
  expect(await opens('/else', session(), origin)).toBe(false)
})

test('files outside the window are not served', async () => {
  for (const path of [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '//etc/passwd.txt',
    '/%00.js',
    '/%ff.js',
    '/..%5cpackage.json',
    '/assets/..%2f..%2fpackage.json',
  ]) {
    expect((await get(path, session())).status).toBe(404)
  }
})

test('every answer forbids foreign scripts and frames', async () => {
  const { headers } = await fetch(origin)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('only reading is answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    expect((await fetch(origin, { method })).status, method).toBe(405)
  }
})

test('a taken port is told in a sentence', async () => {
  const again = startWebHost({ ...options, port: web.port })
  await expect(again).rejects.toMatchObject({ code: 'port-in-use', message: expect.stringContaining('--port') })
})

test('a socket that sends text, or no MessagePack, is closed', async () => {
  for (const message of ['text', Buffer.from([0xc1])]) {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api`, { headers: session(), origin })
    const closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('open', () => socket.send(message))
    expect(await closed).toBe(1003)
  }
})

test('a message that is too large closes its socket, and nothing of it is read', async () => {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api`, { headers: session(), origin })
  const closed = once(socket, 'close')
  await once(socket, 'open')
  socket.send(Buffer.alloc(8 * 2 ** 20 + 1))
  expect((await closed)[0]).toBe(1009)
})

/** A host with limits of its own, and a raw connection to it. */
async function limited(limits: WebHostOptions['limits']) {
  const host = await startWebHost({ ...options, limits })
  onTestFinished(() => host.close())
  return async () => {
    const socket = connect(host.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    return socket
  }
}

test('a request that fails has an answer without the reason, which the log has', async () => {
  const log = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => log.mockRestore())
  const host = await startWebHost({ ...options, media: () => Promise.reject(new Error('a secret place')) })
  onTestFinished(() => host.close())
  const headers = { cookie: ((await fetch(host.url)).headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
  const reply = await fetch(`${new URL(host.url).origin}/media/1`, { headers })
  expect([reply.status, await reply.text()]).toEqual([500, 'Headlight could not answer this request.\n'])
  expect(log.mock.calls.join()).toMatch(/\/media\/1.*a secret place/)
})

test('headers that never end are cut off', async () => {
  const open = await limited({ headersTimeout: 200, connectionsCheckingInterval: 50 })
  const socket = await open()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  const said = await socket.toArray()
  expect(String(said[0])).toMatch(/^HTTP\/1\.1 408 /)
})

test('connections are counted', async () => {
  const open = await limited({ connections: 3 })
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const kept = [await open(), await open(), await open()]
  for (const socket of kept) {
    socket.write(request)
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 403 /)
  }
  const refused = await open()
  refused.write(request)
  expect(await refused.toArray().catch(() => [])).toEqual([])
})

test('a forwarded port (ssh -L) reaches it: the printed address with the local port, its pages and its socket', async () => {
  const forward = createServer((socket) => {
    const upstream = connect(web.port, '127.0.0.1')
    socket.on('error', () => upstream.destroy())
    upstream.on('error', () => socket.destroy())
    socket.pipe(upstream).pipe(socket)
  })
  await once(forward.listen(0, '127.0.0.1'), 'listening')
  const local = `127.0.0.1:${(forward.address() as AddressInfo).port}`
  const address = new URL(web.url)
  const welcome = await fetch(`http://${local}/${address.search}`)
  const key = (welcome.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  expect((await fetch(`http://${local}/index.html`, { headers: { cookie: key } })).status).toBe(200)
  expect((await fetch(`http://${local}/index.html`)).status).toBe(403)
  const socket = new WebSocket(`ws://${local}/api`, { headers: { cookie: key }, origin: `http://${local}` })
  await once(socket, 'open')
  socket.terminate()
  forward.close()
})
