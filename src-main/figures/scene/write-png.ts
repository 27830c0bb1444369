import { setImmediate } from 'node:timers/promises'
import { renderAsync } from '@resvg/resvg-js'
import sharp from 'sharp'
import { toPixels } from '@shared/figure/sizes'
import { fontFiles } from './fonts'
import { xmp, type Provenance } from './provenance'
import type { Scene } from './scene'
import { pixelSvg } from './write-svg'

/** The scene as PNG at `dpi` pixels an inch, its resolution and provenance recorded in it. */
export async function writePng(scene: Scene, dpi: number, provenance: Provenance): Promise<Buffer> {
  const fonts = fontFiles(scene.family)
  const [width, height] = [toPixels(scene.width, dpi), toPixels(scene.height, dpi)]
  // In a thread of its own: a matrix of a thousand classes takes seconds, and other exports go on meanwhile.
  const drawn = await renderAsync(pixelSvg(scene, width, height), {
    font: { fontFiles: fonts.map(({ path }) => path), loadSystemFonts: false, defaultFontFamily: fonts[0]?.name },
  })
  const { pixels } = drawn
  if (scene.background === null) await unmultiply(pixels)
  return sharp(pixels, { raw: { width: drawn.width, height: drawn.height, channels: 4 } })
    .withMetadata({ density: dpi })
    .withXmp(xmp(provenance))
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** Bytes that are processed before other work gets a turn. */
const AT_A_TIME = 2 ** 22

/** resvg's pixels are multiplied by their alpha; sharp's are not. Where the background is opaque, every pixel is. */
async function unmultiply(pixels: Buffer): Promise<void> {
  for (let at = 0; at < pixels.length; at += 4) {
    if (at % AT_A_TIME === 0) await setImmediate()
    const alpha = pixels[at + 3]!
    if (alpha === 255 || alpha === 0) continue
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.min(255, Math.round((pixels[channel]! * 255) / alpha))
    }
  }
}
