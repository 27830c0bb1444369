import { basename } from 'node:path'

/** A place that a report speaks of by a name instead of its path. */
export interface NamedPlace {
  path: string
  name: string
}

const PATH = /(?<![\w<>~.\\/])(?:file:\/\/)?(?:[A-Za-z]:)?(?:[\\/]{1,2}[^\\/\s"'`,;:<>()[\]{}|]+){2,}[\\/]?/g
const IMAGE = /[^\\/\s"'`,;:<>()[\]{}|]+\.(?:jpe?g|png|webp|tiff?|avif|gif|bmp)\b/gi

/**
 * Text without the user's paths: known places become their names, other absolute paths their last part, and names of
 * images `<image>`.
 */
export function redact(text: string, places: readonly NamedPlace[]): string {
  // The longest first: a dataset inside the home folder is the dataset.
  const ordered = places.filter(({ path }) => path.length > 1).sort((a, b) => b.path.length - a.path.length)
  const named = ordered.reduce((rest, { path, name }) => {
    const escaped = JSON.stringify(path).slice(1, -1)
    return rest.replaceAll(path, name).replaceAll(escaped, name)
  }, text)
  return named
    .replace(/(<[a-z]+ ?\d*>|~)[\\/][^"'`,;:<>()[\]{}|\n]*?\.(?:jpe?g|png|webp|tiff?|avif|gif|bmp)\b/gi, '$1/<image>')
    .replace(PATH, (path) => `…/${basename(path.replaceAll('\\', '/'))}`)
    .replace(IMAGE, '<image>')
}
