/** What the desktop window loads under headlight://app; the same files and pictures as the web host's. */
import type { Media } from '../service/media'
import { APP_ORIGIN } from './app-origin'
import { type Reply, SECURITY_HEADERS, plainReply, windowFile } from './files'

/** True for addresses of the program's own pages; windows never leave them. */
export function isAppAddress(address: string): boolean {
  return address === APP_ORIGIN || address.startsWith(`${APP_ORIGIN}/`)
}

/** Answers one request of the window; only reading is answered. Never rejects. */
export async function answerRequest(request: Request, media: Media, windowFolder: string): Promise<Response> {
  const { status, headers, body } = ['GET', 'HEAD'].includes(request.method)
    ? await answerAddress(request.url, request.headers.get('if-none-match'), media, windowFolder)
    : { ...plainReply(405, 'Only GET is served here.'), headers: SECURITY_HEADERS }
  const content =
    status === 304 || request.method === 'HEAD' ? null : typeof body === 'string' ? body : new Uint8Array(body)
  return new Response(content, { status, headers })
}

async function answerAddress(
  address: string,
  knownTag: string | null,
  media: Media,
  windowFolder: string,
): Promise<Reply> {
  const url = URL.parse(address)
  const reply =
    !url || !isAppAddress(address)
      ? plainReply(404, 'Not found.')
      : url.pathname.startsWith('/media/')
        ? await media(url.pathname + url.search, knownTag)
        : await windowFile(windowFolder, url.pathname)
  return { ...reply, headers: { ...SECURITY_HEADERS, ...reply.headers } }
}
