/** What the desktop window loads under headlight://app; the same files and pictures as the web host's. */
import type { Media } from '../service/media'
import { type Reply, SECURITY_HEADERS, plainReply, windowFile } from './files'

export const APP_SCHEME = 'headlight'
export const APP_ORIGIN = `${APP_SCHEME}://app`

/** True for addresses of the program's own pages; windows never leave them. */
export function isAppAddress(address: string): boolean {
  return address === APP_ORIGIN || address.startsWith(`${APP_ORIGIN}/`)
}

/** Answers one request of the window. Never rejects. */
export async function answerAddress(
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
