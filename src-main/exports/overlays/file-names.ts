import { HeadlightError } from '@shared/errors'

/** What a pattern can name, in braces. */
export const NAME_FIELDS = ['path', 'name', 'label', 'prediction', 'method', 'id'] as const
export type NameField = (typeof NAME_FIELDS)[number]
export type NameValues = Record<NameField, string>

export const DEFAULT_PATTERN = '{path}_{method}'

/** Letters of one part of a path; file systems take 255 bytes. */
const LONGEST = 120
/** Names that Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * Names of files inside a folder, made from a pattern such as `{label}/{name}_{method}`. Slashes of the pattern and of
 * `{path}` are folders; letters that some file system refuses become `_`; a name that is taken gets a number. The same
 * samples in the same order get the same names. Throws 'usage' for a field that does not exist.
 */
export class FileNames {
  readonly #pattern: string
  readonly #extension: string
  readonly #taken = new Set<string>()

  constructor(pattern: string, extension: string) {
    this.#pattern = pattern
    this.#extension = extension

    for (const [, field = ''] of pattern.matchAll(/\{([^{}]*)\}/g)) {
      if (NAME_FIELDS.some((known) => known === field)) continue
      const known = NAME_FIELDS.map((name) => `{${name}}`).join(', ')
      throw new HeadlightError('usage', `The pattern knows ${known}; not "{${field}}".`)
    }
    if (pattern.replaceAll(/[/\\.\s]/g, '') === '') throw new HeadlightError('usage', 'The pattern of names is empty.')
  }

  /** The next sample's name: a relative path with `/`, always inside. */
  next(values: NameValues): string {
    const written = this.#pattern.replaceAll(/\{(\w+)\}/g, (_, field: NameField) =>
      field === 'path' ? values.path : values[field].replaceAll(/[/\\]/g, '_'),
    )
    const parts = written.split('/').filter((part) => part !== '' && part !== '.')
    const stem = parts.map(safePart).join('/') || '_'
    let name = stem
    for (let n = 2; this.#taken.has(folded(name)); n++) name = `${stem}-${n}`
    this.#taken.add(folded(name))
    return `${name}.${this.#extension}`
  }
}

function safePart(part: string): string {
  const plain = part.replaceAll(/[<>:"|?*\\\p{Cc}]/gu, '_').replace(/[. ]+$/, (end) => '_'.repeat(end.length))
  const short = Array.from(plain).slice(0, LONGEST).join('')
  return DEVICE.test(short) ? `_${short}` : short
}

/** Some file systems take names for one that differ in case or in how accents are written. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
