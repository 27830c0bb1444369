/** Shorter names are shown as they are: a cut in their middle would leave less than one at their end. */
const SHORTEST = 16
const MAX_KEPT = 14

const graphemes = new Intl.Segmenter()

/**
 * A name in two parts, of which the first may be cut: the last keeps the end of the file's name with its extension, which
 * tells files of one folder apart. Null for a name that is too short. Characters of several code points stay whole, and
 * spaces stand at either side of the cut.
 */
export function middleCut(name: string): { start: string; end: string } | null {
  const parts = [...graphemes.segment(name)].map(({ segment }) => (/^\s+$/.test(segment) ? '\u00a0' : segment))
  if (parts.length <= SHORTEST) return null
  const inName = parts.length - 1 - parts.lastIndexOf('/')
  const kept = inName > 0 && inName < MAX_KEPT ? inName + 1 : MAX_KEPT
  const at = parts.length - Math.min(kept, MAX_KEPT)
  return { start: parts.slice(0, at).join(''), end: parts.slice(at).join('') }
}
