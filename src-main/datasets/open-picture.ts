import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { HeadlightError } from '@shared/errors'
import { decodeBmp, isBmp, type RgbPicture } from './bmp'
import { decodeNetpbm, isNetpbm } from './netpbm'
import { whyNoPicture } from './image-names'
import { MAX_PIXELS } from './picture-limits'
import { isPlainYcbcrTiff } from './tiff-colour'

/**
 * An encoded image, ready to be decoded: everything that sharp reads, bitmaps, and Netpbm. Of several frames the first one is decoded.
 * Sizes beyond MAX_PIXELS fail before their pixels are decoded. Throws 'unreadable-image' with a sentence that names it.
 */
export function openPicture(name: string, content: Uint8Array, options: SharpOptions = {}): Sharp {
  if (content.length === 0) throw new HeadlightError('unreadable-image', `${name} is empty (0 bytes).`)
  // Drawings can be of any size and refer to other files; they are not photographs.
  if (isMarkup(content)) throw new HeadlightError('unreadable-image', `${name} is not an image that can be read.`)
  if (isHeic(content)) {
    throw new HeadlightError(
      'unreadable-image',
      `${name} is ${whyNoPicture('x.heic')!.replace(' is not read', ', which is not read')}.`,
    )
  }
  if (isBmp(content)) return fromRgb(decodeBmp(name, content))
  if (isNetpbm(content)) return fromRgb(decodeNetpbm(name, content))
  if (isPlainYcbcrTiff(content)) {
    const sentence = `${name} is a TIFF in YCbCr without JPEG, whose colours would be read wrongly; save it in RGB.`
    throw new HeadlightError('unreadable-image', sentence)
  }
  return sharp(content, { limitInputPixels: MAX_PIXELS, ...options })
}

function fromRgb({ rgb, width, height }: RgbPicture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

/** True for pictures in HEVC, whatever their file is called; AVIF has the same container. */
function isHeic(content: Uint8Array): boolean {
  const start = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 64)).toString('latin1')
  const brands = start.slice(8, start.length < 12 ? 8 : content[3]! || 64)
  return start.startsWith('ftyp', 4) && /hei[cxms]|hev[cxms]/.test(brands) && !brands.includes('avif')
}

/** True for text that starts with a tag: SVG. */
function isMarkup(content: Uint8Array): boolean {
  const start = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, 64)).toString('latin1')
  return /^(\xef\xbb\xbf)?\s*</.test(start)
}
