/** The local web host: the same window and the same contract as the desktop application, for a browser. */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { HeadlightError, toErrorValue } from '@shared/errors'
import { API_PATH } from '@shared/api/frames'
import { MESSAGE_LIMITS } from '@shared/api/limits'
import type { Service } from '@shared/api/contract'
import type { Media } from '../service/media'
import { Access } from './access'
import { serveConnection } from './connection'
import { type Reply, SECURITY_HEADERS, plainReply, windowFile } from './files'
import { socketCarrier } from './socket-carrier'

export interface WebHostOptions {
  service: Service
  media: Media
  /** Folder of the built window. */
  windowFolder: string
  host: string
  /** 0 takes a free one. */
  port: number
  /** Other limits than the usual ones. */
  limits?: Partial<typeof LIMITS>
}

export interface WebHost {
  /** The address to open, with this start's token. */
  url: string
  port: number
  close(): Promise<void>
}

/** Windows that may be open at once. */
const MAX_WINDOWS = 64

/**
 * How long a request may take to arrive, in milliseconds, whole and its headers: slower ones hold a connection for
 * nothing. And how many connections there may be; a browser keeps six a host.
 */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000, connections: 512 }

/** Listens and serves. Throws 'port-in-use', or 'usage' for an address that is not this machine's. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const access = new Access(options.host)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMITS.bytes, perMessageDeflate: false })
  const { connections, ...times } = { ...LIMITS, ...options.limits }
  const server = createServer(times)
  server.maxConnections = connections
  const port = await listen(server, options.host, options.port)

  // Such as too many open files when a connection comes in: the next one may be served again.
  server.on('error', (error) => console.error(`The web host: ${error.message}`))
  server.on('request', (request, response) => {
    response.on('error', () => response.destroy())
    answer(request, access, port, options)
      .catch((error: unknown) => {
        const path = (request.url ?? '').split('?')[0] ?? ''
        console.error(`The web host could not answer ${path}: ${toErrorValue(error).message}`)
        return plainReply(500, 'Headlight could not answer this request.')
      })
      .then((reply) => send(request, response, reply))
      // Such as a header that cannot be sent: this request has no answer, and the others go on.
      .catch(() => response.destroy())
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener, a connection that is reset right now would end the program.
    socket.on('error', () => socket.destroy())
    const wanted = URL.parse(request.url ?? '', 'http://localhost')?.pathname === API_PATH
    // A page always names its origin when it opens a socket; without one it is not a window of this program.
    const ours = access.isOurs(request) && request.headers.origin !== undefined && access.hasSession(request, port)
    if (!wanted || !ours) return void socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
    if (sockets.clients.size >= MAX_WINDOWS) {
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n')
    }
    sockets.handleUpgrade(request, socket, head, (open) => serveConnection(options.service, socketCarrier(open)))
  })

  return {
    url: `http://${addressName(options.host)}:${port}/?token=${access.token}`,
    port,
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function answer(request: IncomingMessage, access: Access, port: number, options: WebHostOptions): Promise<Reply> {
  if (!access.isOurs(request)) return plainReply(403, 'This address is not served here.')
  if (request.method !== 'GET' && request.method !== 'HEAD') return plainReply(405, 'Only GET is served here.')
  const url = URL.parse(request.url ?? '', 'http://localhost')
  if (!url) return plainReply(400, 'Malformed address.')
  const token = url.searchParams.get('token')
  if (token !== null && access.acceptsToken(token)) return welcome(url.pathname, access.cookie(port))
  if (!access.hasSession(request, port)) {
    return plainReply(403, 'Open the address that Headlight printed when it started; it holds the key to this session.')
  }
  if (url.pathname.startsWith('/media/')) {
    return options.media(url.pathname + url.search, request.headers['if-none-match'] ?? null)
  }
  return windowFile(options.windowFolder, url.pathname)
}

/**
 * Sets the cookie and goes on without the token in the address. A page that refreshes, and not a redirect: after a
 * redirect that a link on another site began, browsers withhold SameSite=Strict cookies.
 */
function welcome(pathname: string, cookie: string): Reply {
  const target = /^\/[\w\-/]*$/.test(pathname) && !pathname.startsWith('//') ? pathname : '/'
  return {
    status: 200,
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'Set-Cookie': cookie },
    body: `<!doctype html><title>Headlight</title><meta http-equiv="refresh" content="0;url=${target}">`,
  }
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    ...SECURITY_HEADERS,
    ...reply.headers,
    'Content-Length': reply.status === 304 ? 0 : Buffer.byteLength(reply.body),
  })
  response.end(request.method === 'HEAD' || reply.status === 304 ? undefined : reply.body)
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): HeadlightError {
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is taken by another program; choose another with --port, or leave --port out.`
    return new HeadlightError('port-in-use', message, { cause })
  }
  return new HeadlightError('usage', `Cannot listen on ${host}, port ${port}: ${cause.message}.`, { cause })
}

/** What a browser on this machine calls the address; a wildcard is reached as localhost. */
function addressName(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}
