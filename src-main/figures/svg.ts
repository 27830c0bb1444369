/** The little SVG that figures letter themselves with. */

export const INK = '#1a1d21'
export const MUTED = '#5c6570'
export const RULE = '#c9cfd6'
/** Vermilion of the Okabe-Ito palette: told from black with every kind of colour vision. */
export const WRONG = '#b34a00'

const FAMILY = "Inter, 'DejaVu Sans', 'Helvetica Neue', Arial, sans-serif"

interface TextStyle {
  size: number
  color?: string
  weight?: 400 | 600
  anchor?: 'start' | 'middle' | 'end'
}

export function svg(width: number, height: number, parts: string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`
}

/** Text whose baseline begins (or is centred, or ends) at x, y. */
export function text(x: number, y: number, content: string, style: TextStyle): string {
  const { size, color = INK, weight = 400, anchor = 'start' } = style
  return `<text x="${x}" y="${y}" font-family="${FAMILY}" font-size="${size}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}">${escaped(content)}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number, color: string): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${color}" stroke-width="1"/>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
