import { FilterError, type FilterValue, type Span } from './terms'

const SPACE = /\s/
const WORD = /[A-Za-z_]/

/** A cursor over the text of a filter. */
export class FilterReader {
  readonly #text: string
  position = 0
  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.position >= this.#text.length
  }

  here(): Span {
    return { start: this.position, end: Math.min(this.position + 1, this.#text.length) }
  }

  skipSpace(): void {
    while (!this.atEnd && SPACE.test(this.#char())) this.position++
  }

  /** Takes exactly this text if it comes next. */
  take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.position)) return false
    this.position += expected.length
    return true
  }

  expect(expected: string, sentence: string): void {
    this.skipSpace()
    if (!this.take(expected)) throw new FilterError(`expected ${sentence}.`, this.here())
  }

  /** Takes a whole word, in upper or lower case. */
  takeWord(word: string): boolean {
    const end = this.position + word.length
    if (this.#text.slice(this.position, end).toLowerCase() !== word) return false
    if (end < this.#text.length && !SPACE.test(this.#text.charAt(end))) return false
    this.position = end
    return true
  }

  /** Letters and underscores from here on, '' when there are none. */
  word(): string {
    return this.#while((char) => WORD.test(char))
  }

  /** A value: quoted with double quotes (\" and \\ inside), or up to the next space or comma. */
  value(field: string): FilterValue {
    const start = this.position
    const text = this.take('"') ? this.#quoted(start) : this.#while((char) => !SPACE.test(char) && char !== ',')
    if (text === '' && this.position === start) {
      throw new FilterError(`write a value after ${field}, without a space between.`, this.here())
    }
    return { text, span: { start, end: this.position } }
  }

  /** A column's name: quoted, or up to a colon, a comparison or a space. */
  name(): string {
    const start = this.position
    const text = this.take('"')
      ? this.#quoted(start)
      : this.#while((char) => !SPACE.test(char) && !':<>=,'.includes(char))
    if (text === '') throw new FilterError('name a column, as in meta.split:train.', this.here())
    return text
  }

  /** Whether the text up to the next space is plain words or a quoted text, and not a field with its value. */
  beginsText(from: number): boolean {
    return /^(?:"|[\p{L}\p{N}_./\\][^\s:<>=()",]*(?:[\s,]|$))/u.test(this.#text.slice(from))
  }

  /** What stands up to the next closing bracket, which is taken; up to a comparison where there is none. */
  inBrackets(): string {
    const inside = this.#while((char) => !')<>='.includes(char))
    this.expect(')', 'a closing bracket')
    return inside
  }

  number(): number {
    this.skipSpace()
    const start = this.position
    const digits = this.#while((char) => !SPACE.test(char))
    const percent = digits.endsWith('%')
    const value = Number(percent ? digits.slice(0, -1) : digits)
    if (digits === '' || digits === '%' || !Number.isFinite(value)) {
      throw new FilterError('expected a number such as 0.9.', { start, end: Math.max(this.position, start + 1) })
    }
    return percent ? value / 100 : value
  }

  /** A whole number from 0. */
  index(what: string): number {
    this.skipSpace()
    const start = this.position
    const digits = this.#while((char) => char >= '0' && char <= '9')
    if (digits === '' || digits.length > 6) {
      throw new FilterError(`expected the number of a ${what}, counted from 0.`, { start, end: start + 1 })
    }
    return Number(digits)
  }

  #quoted(start: number): string {
    let text = ''
    for (; !this.atEnd; this.position++) {
      const char = this.#char()
      if (char === '"') {
        this.position++
        return text
      }
      if (char === '\\' && this.position + 1 < this.#text.length) this.position++
      text += this.#char()
    }
    throw new FilterError('this quote is never closed.', { start, end: this.#text.length })
  }

  #while(accepts: (char: string) => boolean): string {
    const start = this.position
    while (!this.atEnd && accepts(this.#char())) this.position++
    return this.#text.slice(start, this.position)
  }

  #char(): string {
    return this.#text.charAt(this.position)
  }
}
