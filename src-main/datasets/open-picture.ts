import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { HeadlightError } from '@shared/errors'
import { decodeBmp, isBmp } from './bmp'
import { MOST_PIXELS } from './picture-limits'

/**
 * An encoded image, ready to be decoded: everything that sharp reads, and bitmaps. Of several frames the first counts.
 * Sizes beyond MOST_PIXELS fail before their pixels are decoded. Throws 'unreadable-image' with a sentence that names it.
 */
export function openPicture(name: string, content: Uint8Array, options: SharpOptions = {}): Sharp {
  if (content.length === 0) throw new HeadlightError('unreadable-image', `${name} is empty (0 bytes).`)
  // Drawings can be of any size and refer to other files; they are no photographs.
  if (isMarkup(content)) throw new HeadlightError('unreadable-image', `${name} is not an image that can be read.`)
  if (isBmp(content)) {
    const { rgb, width, height } = decodeBmp(name, content)
    return sharp(rgb, { raw: { width, height, channels: 3 } })
  }
  return sharp(content, { limitInputPixels: MOST_PIXELS, ...options })
}

/** True for text that starts with a tag: SVG. */
function isMarkup(content: Uint8Array): boolean {
  const start = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 64)).toString('latin1')
  return /^(\xef\xbb\xbf)?\s*</.test(start)
}
