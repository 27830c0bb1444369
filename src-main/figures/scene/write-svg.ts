import subsetFont from 'subset-font'
import { toMillimetres } from '@shared/figure/sizes'
import { fontBytes, fontFiles } from './fonts'
import { escapeXml, provenanceJson, type Provenance } from './provenance'
import type { FontWeight, ImageMark, Mark, PathMark, RectMark, Scene, TextMark } from './scene'

/**
 * The scene as SVG: text stays text, pictures are embedded, and the letters that are used travel along as a font, so
 * that the file looks the same on a machine without it. The same scene gives the same bytes.
 */
export async function writeSvg(scene: Scene, provenance: Provenance): Promise<string> {
  return svgOf(scene, await fontFaces(scene), provenance)
}

/** The same in whole pixels and without the embedded font: for a renderer that is handed the font files. */
export function pixelSvg(scene: Scene, width: number, height: number): string {
  return svgOf(scene, '', null, `width="${width}" height="${height}"`)
}

function svgOf(scene: Scene, style: string, provenance: Provenance | null, size = physicalSize(scene)): string {
  const { width, height, background, title, marks } = scene
  const paper =
    background === null ? '' : `<rect width="${number(width)}" height="${number(height)}" fill="${background}"/>\n`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${number(width)} ${number(height)}" role="img" text-rendering="geometricPrecision" font-family="${familyNames(scene)}">\n`,
    `<title>${escapeXml(title)}</title>\n`,
    provenance === null ? '' : `<metadata>${escapeXml(provenanceJson(provenance))}</metadata>\n`,
    style === '' ? '' : `<style>${style}</style>\n`,
    paper,
    ...marks.map((mark) => `${element(mark)}\n`),
    '</svg>\n',
  ].join('')
}

function physicalSize({ width, height }: Scene): string {
  return `width="${number(toMillimetres(width))}mm" height="${number(toMillimetres(height))}mm"`
}

function element(mark: Mark): string {
  switch (mark.kind) {
    case 'text':
      return textElement(mark)
    case 'rect':
      return rectElement(mark)
    case 'path':
      return pathElement(mark)
    case 'image':
      return imageElement(mark)
  }
}

function textElement({ x, y, text, size, weight, color, anchor, rotate }: TextMark): string {
  const turned = rotate === 0 ? '' : ` transform="rotate(${number(-rotate)} ${number(x)} ${number(y)})"`
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  const bold = weight === 400 ? '' : ` font-weight="${weight}"`
  return `<text x="${number(x)}" y="${number(y)}" font-size="${number(size)}"${bold} fill="${color}"${anchored}${turned} xml:space="preserve">${escapeXml(text)}</text>`
}

function rectElement({ x, y, width, height, fill, stroke, strokeWidth }: RectMark): string {
  return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"${paint(fill, stroke, strokeWidth)}/>`
}

function pathElement({ points, closed, fill, stroke, strokeWidth }: PathMark): string {
  const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${number(x)} ${number(y)}`).join('')
  return `<path d="${d}${closed ? 'Z' : ''}"${paint(fill, stroke, strokeWidth)}/>`
}

function imageElement({ x, y, width, height, png, description }: ImageMark): string {
  const data = Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64')
  return `<image x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" preserveAspectRatio="none" role="img" aria-label="${escapeXml(description)}" href="data:image/png;base64,${data}"/>`
}

function paint(fill: string | null, stroke: string | null, strokeWidth: number): string {
  const filled = ` fill="${fill ?? 'none'}"`
  return stroke === null ? filled : `${filled} stroke="${stroke}" stroke-width="${number(strokeWidth)}"`
}

/** As short as possible, a thousandth of a unit at most. */
function number(value: number): string {
  return String(Number(value.toFixed(3)))
}

function familyNames({ family }: Scene): string {
  const generic = family === 'sans' ? 'Helvetica, Arial, sans-serif' : "'Times New Roman', Times, serif"
  return `'${fontFiles(family)[0]?.name}', ${generic}`
}

async function fontFaces(scene: Scene): Promise<string> {
  const faces: string[] = []
  for (const { weight, name } of fontFiles(scene.family)) {
    const letters = lettersOf(scene, weight)
    if (letters === '') continue
    const subset = await subsetFont(fontBytes(scene.family, weight), letters, { targetFormat: 'woff2' })
    faces.push(
      `@font-face{font-family:'${name}';font-weight:${weight};src:url(data:font/woff2;base64,${subset.toString('base64')}) format('woff2')}`,
    )
  }
  return faces.join('')
}

function lettersOf(scene: Scene, weight: FontWeight): string {
  const letters = new Set<string>()
  for (const mark of scene.marks) {
    if (mark.kind === 'text' && mark.weight === weight) for (const letter of mark.text) letters.add(letter)
  }
  return [...letters].sort().join('')
}
