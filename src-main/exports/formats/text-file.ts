import type { FileHandle } from 'node:fs/promises'

/** Characters that are written at once. */
const CHUNK = 2 ** 17

/** Text that is written to a file a chunk at a time. */
export class TextFile {
  readonly #file: FileHandle
  readonly #held: string[] = []
  #characters = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async add(text: string): Promise<void> {
    this.#held.push(text)
    this.#characters += text.length
    if (this.#characters >= CHUNK) await this.flush()
  }

  /** Writes what is buffered; the last call. */
  async flush(): Promise<void> {
    const text = this.#held.join('')
    this.#held.length = 0
    this.#characters = 0
    if (text !== '') await this.#file.write(text)
  }
}
