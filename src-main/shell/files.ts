/** The built window's files, and the headers that every page gets, whatever carries it. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

export interface Reply {
  status: number
  headers: Record<string, string>
  body: Uint8Array | string
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * Nothing from elsewhere, nothing inline but styles: Mantine sets its variables in style elements. WebSocket
 * addresses are covered by 'self' in current browsers.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/**
 * A file of the built window. A path without an extension is a screen of the one page, so it gives index.html; so is
 * `/heads/7.4`: extensions of files begin with a letter.
 */
export async function windowFile(folder: string, pathname: string): Promise<Reply> {
  const inside = safePath(pathname)
  if (inside === null) return plainReply(404, 'Not found.')
  const name = /^\.[a-z]/i.test(extname(inside)) ? inside : 'index.html'
  try {
    const body = await readFile(join(folder, name))
    // Vite names built files by content; index.html keeps its name and has to be asked for again.
    const cache = name.startsWith(`assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache'
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': cache }, body }
  } catch {
    // A file that cannot be read is answered as missing; the browser does not need the reason.
    return plainReply(404, 'Not found.')
  }
}

export function plainReply(status: number, text: string): Reply {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    body: `${text}\n`,
  }
}

/** A path below the folder, or null for one that leads out of it or cannot be decoded. */
function safePath(pathname: string): string | null {
  try {
    const path = normalize(decodeURIComponent(pathname)).replace(/^[/\\]+/, '')
    return path.includes('\0') || path.split(sep).includes('..') || /^[a-z]:/i.test(path) ? null : path
  } catch {
    return null
  }
}
