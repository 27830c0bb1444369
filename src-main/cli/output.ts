/** Output of the command line: documents go to standard output, everything else to standard error. */
export interface Output {
  /** True with --json. */
  json: boolean
  /** A line for people; left out with --json. */
  line(text?: string): void
  /** The one document of --json; left out without. */
  document(value: unknown): void
  /** A message on standard error. */
  note(text: string): void
  /** A line on standard error that is written over by the next one where that is a terminal. */
  status(text: string): void
  /** Ends the status line, so that what follows starts on a line of its own. */
  endStatus(): void
}

const CLEAR_LINE = '\r\x1b[2K'

export function createOutput(json: boolean): Output {
  const terminal = process.stderr.isTTY
  let open = false
  let said = ''
  const endStatus = () => {
    if (open) process.stderr.write('\n')
    open = false
  }
  return {
    json,
    line(text = '') {
      if (json) return
      endStatus()
      process.stdout.write(`${printable(text)}\n`)
    },
    document(value) {
      if (!json) return
      endStatus()
      process.stdout.write(`${JSON.stringify(value, plainNumbers, 2)}\n`)
    },
    note(text) {
      endStatus()
      process.stderr.write(`${printable(text)}\n`)
    },
    status(text) {
      if (terminal) process.stderr.write(CLEAR_LINE + printable(text))
      // A log has every line once.
      else if (text !== said) process.stderr.write(`${timestamp()} ${printable(text)}\n`)
      said = text
      open = terminal
    },
    endStatus,
  }
}

/** Text with control characters made visible: names of files and operators are untrusted, and terminals execute control characters. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    if (char === '\n' || char === '\t') return char
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** Local time to the second, as logs have it. */
function timestamp(): string {
  return new Date().toLocaleString('sv-SE')
}

/** Typed arrays become JSON arrays; NaN and infinities, which JSON lacks, become null by JSON's own rule. */
function plainNumbers(_key: string, value: unknown): unknown {
  return value instanceof Float32Array || value instanceof Float64Array || value instanceof Uint32Array
    ? Array.from(value)
    : value
}

/** Columns aligned to their widest cell; numbers are right-aligned. A name that holds a line break stays in its row. */
export function table(header: string[], rows: (string | number)[][]): string {
  const cells = [
    header,
    ...rows.map((row) => row.map((cell) => String(cell).replaceAll('\n', '\\n').replaceAll('\t', '\\t'))),
  ]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isNumber = header.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || isFigure(row[column])),
  )
  return cells
    .map((row) =>
      row
        .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)}%` : '-'
}

/** Seconds as 42s, 3m 05s or 2h 07m. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h ${two(Math.floor((whole % 3600) / 60))}m`
}

function isFigure(cell: string | number | undefined): boolean {
  return typeof cell === 'string' && /^(-|[-+]?[\d.,]+(e[-+]?\d+)?%?)$/i.test(cell)
}
