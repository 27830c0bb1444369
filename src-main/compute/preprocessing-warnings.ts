import type { FoundPreprocessing, PreprocessingPart } from '@shared/api'

/** Sentences about a configuration, each with the parts of the preprocessing that it is about, none for the file itself. */
export class PreprocessingWarnings {
  readonly #parts = new Map<string, PreprocessingPart[]>()

  say(sentence: string, ...parts: PreprocessingPart[]): void {
    this.#parts.set(sentence, parts)
  }

  found(): Pick<FoundPreprocessing, 'warnings' | 'warnedParts'> {
    const about = [...this.#parts].filter(([, parts]) => parts.length > 0)
    return { warnings: [...this.#parts.keys()], ...(about.length > 0 && { warnedParts: Object.fromEntries(about) }) }
  }
}
