/** Facts of a model as sentences. */
import type { ModelReport } from '@shared/api'

/** The tokens that the logits are read from, in words. */
export function readoutText({ readoutRows, prefixTokens, tokens }: ModelReport): string {
  const [first] = readoutRows
  if (readoutRows.length === 1 && first === 0 && prefixTokens > 0) return 'class token'
  if (readoutRows.length === tokens - prefixTokens && first === prefixTokens) return 'mean of all patches'
  if (readoutRows.length > 6) return `mean of ${readoutRows.length} tokens`
  return `mean of tokens ${readoutRows.join(', ')}`
}

/** The folder of a file, for paths of either kind. */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))
  return end > 0 ? path.slice(0, end) : path
}
