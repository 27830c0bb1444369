/** Access to the web host: only for a browser that has this start's address, under a name of this machine. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import type { IncomingMessage } from 'node:http'

const LOOPBACK = ['localhost', '127.0.0.1', '::1']
const WILDCARD = ['0.0.0.0', '::']

export class Access {
  /** Part of the address that is printed at start; exchanged for the cookie. */
  readonly token = randomBytes(24).toString('base64url')
  readonly #session = randomBytes(24).toString('base64url')
  readonly #hosts: Set<string>

  /** `host` is the address listened on: loopback names are always good, others only where they were asked for. */
  constructor(host: string) {
    this.#hosts = new Set([...LOOPBACK, host.toLowerCase(), ...(WILDCARD.includes(host) ? ownNames() : [])])
  }

  /**
   * The name in Host has to be this machine's, which stops pages that rebind their own name to it. Its port is not
   * compared, so that a forwarded port (ssh -L) works; Origin, where a browser sends one, has to be the same host.
   */
  isOurs(request: IncomingMessage): boolean {
    const { host, origin } = request.headers
    const name = hostName(host)
    if (!name || !this.#hosts.has(name)) return false
    if (isEmbedded(request)) return false
    return origin === undefined || origin === `http://${host}` || origin === `https://${host}`
  }

  acceptsToken(token: string): boolean {
    return sameText(token, this.token)
  }

  hasSession(request: IncomingMessage, port: number): boolean {
    const name = cookieName(port)
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim().split('='))
    return cookies.some(([key, value]) => key === name && sameText(value ?? '', this.#session))
  }

  /** The Set-Cookie header. Cookies are shared between the ports of a host, so the name carries the port. */
  cookie(port: number): string {
    return `${cookieName(port)}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`
  }
}

/**
 * True where a page of another origin, on another port of this machine too, asks for a picture, a script or data: our
 * own pages are of the same origin, and the address bar says "none". Following a link to our page is not such a request.
 */
function isEmbedded({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return (site === 'cross-site' || site === 'same-site') && !isNavigation
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host.toLowerCase())
}

function cookieName(port: number): string {
  return `headlight-${port}`
}

/**
 * The name of a Host header without its port and brackets, lower case; null for a malformed one. It is a name and a port
 * and nothing else (RFC 9110, 7.2): read as an address, `evil@localhost` and `localhost/evil` would be localhost.
 */
function hostName(host: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host ?? '')
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}

function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  return [hostname().toLowerCase(), ...addresses]
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
