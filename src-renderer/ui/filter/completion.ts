/** What can be written next in a filter, at the place of the cursor. */
import { FILTER_FIELDS, type FilterField, quoteFilterValue } from '@shared/filter'

/** Names that a filter of a run may use. */
export interface Vocabulary {
  classes: readonly string[]
  /** Of the dataset. */
  labels: readonly string[]
  splits: readonly string[]
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

/** Completions, or filters that were used before, under a title. */
export interface Offers extends Completions {
  title: string
}

const MAX_OPTIONS = 8

/** Completions of the word that ends at the cursor; none within a finished value. */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): Completions {
  const start = termStart(text, cursor)
  const term = text.slice(start, cursor)
  const negation = /^(-|not\s+)/.exec(term)?.[0] ?? ''
  const body = term.slice(negation.length)
  const named = /^([a-z]+):(.*)$/is.exec(body)
  if (named) return valueCompletions(cursor, named[1]?.toLowerCase() ?? '', named[2] ?? '', vocabulary)
  const from = start + negation.length
  const begun = body.toLowerCase()
  const others = text.slice(0, start) + text.slice(cursor)
  const options = [...fields(vocabulary, others), ...(begun === '' ? [] : namedTerms(vocabulary))]
    .filter(({ text: option }) => option !== body && wordOf(option).startsWith(begun))
    .slice(0, MAX_OPTIONS)
  return { start: from, end: cursor, options }
}

/** What an option is found by: a field by itself, a whole term by its name. */
const wordOf = (option: string) => option.replace(/^\w+:"?(?=.)/, '').toLowerCase()

function valueCompletions(cursor: number, field: string, written: string, vocabulary: Vocabulary): Completions {
  const last = lastValue(written)
  const wanted = last.replaceAll('"', '').toLowerCase()
  const before = new Set(splitValues(written.slice(0, written.length - last.length)).map((name) => name.toLowerCase()))
  const names = values(field, vocabulary).filter((name) => !before.has(name.toLowerCase()))
  const [begin, contain] = [
    names.filter((name) => name.toLowerCase().startsWith(wanted)),
    names.filter((name) => !name.toLowerCase().startsWith(wanted) && name.toLowerCase().includes(wanted)),
  ]
  // A name that is written out is meant: others only contain it by chance.
  const isWritten = begin.some((name) => name.toLowerCase() === wanted)
  const fitting = begin.filter((name) => name.toLowerCase() !== wanted).concat(isWritten ? [] : contain)
  const options = fitting.slice(0, MAX_OPTIONS).map((name) => ({ text: quoteFilterValue(name), hint: '' }))
  return { start: cursor - last.length, end: cursor, options }
}

/** Fields that a term can begin with; those that say all with one term only where there is none yet. */
function fields(vocabulary: Vocabulary, others: string): Completion[] {
  const isThere = ({ starts, values: kind }: FilterField) =>
    (kind === 'flag' || kind === 'classes' || kind === 'labels') && new RegExp(`(^|\\s)${starts}`, 'i').test(others)
  return FILTER_FIELDS.filter((field) => !isThere(field)).flatMap((field) => fieldCompletions(field, vocabulary))
}

function fieldCompletions({ starts, meaning, values: kind }: FilterField, vocabulary: Vocabulary): Completion[] {
  const { labels, classes, tags, verdicts, columns, splits, layers, heads } = vocabulary
  switch (kind) {
    case 'columns':
      return columns.map((column) => ({ text: `${starts}${quoteFilterValue(column)}:`, hint: 'column of the dataset' }))
    case 'number': {
      const [layer, head] = [Math.max(0, layers - 1), Math.max(0, heads - 1)]
      if (starts === 'conf') return [{ text: 'conf>', hint: `${meaning}, as conf>0.9` }]
      return [{ text: `head(${layer},${head})>`, hint: 'weight of a head, layers and heads counted from 0' }]
    }
    case 'classes':
      // Where labels are called as their classes, label: says the same.
      return starts === 'class:' && labels.every((name) => classes.includes(name))
        ? []
        : [{ text: starts, hint: meaning }]
    case 'splits':
      return splits.length > 0 ? [{ text: starts, hint: meaning }] : []
    case 'tags':
      return [{ text: starts, hint: tags.length > 0 ? meaning : `${meaning}; there are none yet` }]
    case 'verdicts':
      return verdicts.length > 0 ? [{ text: starts, hint: meaning }] : []
    default:
      return [{ text: starts, hint: meaning }]
  }
}

/** Whole terms, for who begins with a name. */
function namedTerms({ labels, classes, splits, tags, verdicts }: Vocabulary): Completion[] {
  const termsOf = (field: string, names: readonly string[], hint: string) =>
    names.map((name) => ({ text: `${field}:${quoteFilterValue(name)}`, hint }))
  return [
    ...termsOf('label', labels, 'label of the dataset'),
    ...termsOf(
      'class',
      classes.filter((name) => !labels.includes(name)),
      'label is matched with this class',
    ),
    ...termsOf('split', splits, 'part of the dataset'),
    ...termsOf('tag', tags, 'has this tag'),
    ...termsOf('verdict', verdicts, 'was given this verdict'),
  ]
}

function values(field: string, { labels, classes, splits, tags, verdicts }: Vocabulary): readonly string[] {
  switch (field) {
    case 'label':
      return [...labels, ...classes.filter((name) => !labels.includes(name))]
    case 'split':
      return splits
    case 'class':
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
  return written.slice(valueStarts(written).at(-1))
}

/** The values of a list, without quotes. */
function splitValues(written: string): string[] {
  const starts = valueStarts(written)
  return starts.map((start, i) => written.slice(start, (starts[i + 1] ?? written.length + 1) - 1).replaceAll('"', ''))
}

/** Where each value of a list begins: at the beginning, and after every comma outside of quotes. */
function valueStarts(written: string): number[] {
  const starts = [0]
  let quoted = false
  for (let i = 0; i < written.length; i++) {
    const char = written.charAt(i)
    if (char === '"' && written.charAt(i - 1) !== '\\') quoted = !quoted
    if (!quoted && char === ',') starts.push(i + 1)
  }
  return starts
}
