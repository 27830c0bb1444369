import { Resvg } from '@resvg/resvg-js'
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
  const drawn = new Resvg(pixelSvg(scene, width, height), {
    font: { fontFiles: fonts.map(({ path }) => path), loadSystemFonts: false, defaultFontFamily: fonts[0]?.name },
  }).render()
  return sharp(unmultiplied(drawn.pixels), { raw: { width: drawn.width, height: drawn.height, channels: 4 } })
    .withMetadata({ density: dpi })
    .withXmp(xmp(provenance))
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** resvg's pixels are multiplied by their alpha; sharp's are not. */
function unmultiplied(pixels: Buffer): Buffer {
  for (let at = 0; at < pixels.length; at += 4) {
    const alpha = pixels[at + 3] ?? 255
    if (alpha === 255 || alpha === 0) continue
    for (let channel = at; channel < at + 3; channel++) {
      pixels[channel] = Math.min(255, Math.round(((pixels[channel] ?? 0) * 255) / alpha))
    }
  }
  return pixels
}
