/** A table of the report, every cell escaped. Numbers from the third column on are aligned right; `words` has none. */
import { escapeXml as text } from '../../figures/scene/provenance'

export function table(names: string[], rows: string[][], kind: 'numeric' | 'words' = 'numeric'): string {
  const line = (cells: string[], tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${text(cell)}</${tag}>`).join('')}</tr>`
  return `<table class="${kind}"><thead>${line(names, 'th')}</thead><tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table>`
}
