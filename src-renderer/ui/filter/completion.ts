/** What can be written next in a filter, at the place of the cursor. */
import { quoteFilterValue } from '@shared/filter'

/** Names that a filter of a run may use. */
export interface Vocabulary {
  classes: readonly string[]
  tags: readonly string[]
  verdicts: readonly string[]
  /** Columns of the dataset's own metadata. */
  columns: readonly string[]
  layers: number
  heads: number
}

export interface Completion {
  /** What is written. */
  text: string
  /** What it means. */
  hint: string
}

export interface Completions {
  /** The stretch of the text that a completion takes the place of. */
  start: number
  end: number
  options: Completion[]
}

const MOST_OPTIONS = 8

/** Completions of the word that ends at the cursor; none within a finished value. */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): Completions {
  const start = termStart(text, cursor)
  const term = text.slice(start, cursor)
  const negation = /^(-|not\s+)/.exec(term)?.[0] ?? ''
  const body = term.slice(negation.length)
  const named = /^([a-z]+):(.*)$/is.exec(body)
  if (named) return valueCompletions(cursor, named[1]?.toLowerCase() ?? '', named[2] ?? '', vocabulary)
  const from = start + negation.length
  const options = fields(vocabulary).filter(({ text: field }) => field !== body && field.startsWith(body.toLowerCase()))
  return { start: from, end: cursor, options: options.slice(0, MOST_OPTIONS) }
}

function valueCompletions(cursor: number, field: string, written: string, vocabulary: Vocabulary): Completions {
  const last = lastValue(written)
  const wanted = last.replaceAll('"', '').toLowerCase()
  const names = values(field, vocabulary)
  const fitting = [
    ...names.filter((name) => name.toLowerCase().startsWith(wanted)),
    ...names.filter((name) => !name.toLowerCase().startsWith(wanted) && name.toLowerCase().includes(wanted)),
  ]
  const options = fitting.slice(0, MOST_OPTIONS).map((name) => ({ text: quoteFilterValue(name), hint: '' }))
  return { start: cursor - last.length, end: cursor, options: options.filter(({ text }) => text !== last) }
}

function fields({ tags, verdicts, columns, layers, heads }: Vocabulary): Completion[] {
  const [layer, head] = [Math.max(0, layers - 1), Math.max(0, heads - 1)]
  return [
    { text: 'label:', hint: 'label is a class, or one of several' },
    { text: 'pred:', hint: 'prediction' },
    { text: 'correct:', hint: 'predicted right, or wrong' },
    { text: 'conf>', hint: 'probability of the prediction, as conf>0.9' },
    { text: `head(${layer},${head})>`, hint: 'weight of a head, layers and heads counted from 0' },
    { text: 'path:', hint: 'file name contains' },
    { text: 'tag:', hint: tags.length > 0 ? 'has this tag' : 'has this tag; there are none yet' },
    ...(verdicts.length > 0 ? [{ text: 'verdict:', hint: 'was given this verdict' }] : []),
    { text: 'annotated:', hint: 'has a tag, a verdict, a note or a region' },
    { text: 'note:', hint: 'the note contains' },
    { text: 'error:', hint: 'file could not be read' },
    ...columns.map((column) => ({ text: `meta.${quoteFilterValue(column)}:`, hint: 'column of the dataset' })),
  ]
}

function values(field: string, { classes, tags, verdicts }: Vocabulary): readonly string[] {
  switch (field) {
    case 'label':
    case 'pred':
    case 'prediction':
      return classes
    case 'tag':
      return tags
    case 'verdict':
      return verdicts
    case 'correct':
    case 'error':
    case 'annotated':
    case 'region':
    case 'conflict':
      return ['true', 'false']
    default:
      return []
  }
}

/** Where the term that holds the cursor begins: after the last space outside of quotes. */
function termStart(text: string, cursor: number): number {
  let [start, quoted] = [0, false]
  for (let i = 0; i < cursor; i++) {
    const char = text.charAt(i)
    if (char === '"' && text.charAt(i - 1) !== '\\') quoted = !quoted
    if (!quoted && /\s/.test(char)) start = i + 1
  }
  return start
}

/** After the last comma outside of quotes. */
function lastValue(written: string): string {
  let [start, quoted] = [0, false]
  for (let i = 0; i < written.length; i++) {
    const char = written.charAt(i)
    if (char === '"' && written.charAt(i - 1) !== '\\') quoted = !quoted
    if (!quoted && char === ',') start = i + 1
  }
  return written.slice(start)
}
