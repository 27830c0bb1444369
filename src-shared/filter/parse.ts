import { quantityForm, quantityNamed, quantityOf } from '../quantities'
import { FilterReader } from './reader'
import { FilterError, type Comparison, type FilterTerm, type FilterValue, type FlagField } from './terms'

const NAME_FIELDS = {
  label: 'label',
  class: 'class',
  split: 'split',
  pred: 'prediction',
  prediction: 'prediction',
  tag: 'tag',
  verdict: 'verdict',
  note: 'note',
  reviewer: 'reviewer',
  path: 'path',
} as const

const FLAG_FIELDS: readonly string[] = ['correct', 'error', 'annotated', 'region', 'conflict'] satisfies FlagField[]

/** Every field that a colon follows. */
export const FIELD_NAMES: readonly string[] = [...Object.keys(NAME_FIELDS), ...FLAG_FIELDS]

const FORMS =
  'label:, class:, split:, pred:, tag:, verdict:, note:, reviewer:, path:, meta.NAME:, correct:, error:, annotated:, region:, conflict:, conf>, head(layer,head)> or a quantity such as taylor(layer,head)> and iou(method)<'

/**
 * Reads the filter language, for example `label:Shirt,Coat -tag:clutter conf>0.9 head(7,2)>0.5`. A single word is searched
 * for in paths and in names of labels. Terms are joined by "and", a comma gives alternatives, `-` or `not` negates a term, double quotes hold values with spaces.
 * Returns the terms in order, none for an empty text. Throws FilterError.
 */
export function parseFilter(text: string): FilterTerm[] {
  const reader = new FilterReader(text)
  const terms: FilterTerm[] = []
  for (reader.skipSpace(); !reader.atEnd; reader.skipSpace()) terms.push(readTerm(reader))
  return terms
}

function readTerm(reader: FilterReader): FilterTerm {
  const start = reader.position
  const negated = readNegation(reader)
  const wordStart = reader.position
  const word = reader.word()
  const name = word.toLowerCase()
  const common = () => ({ negated, span: { start, end: reader.position } })

  if (isNameField(name) && reader.take(':')) {
    const values = readValues(reader, name)
    return { kind: 'name', field: NAME_FIELDS[name], values, ...common() }
  }
  if (name === 'meta' && reader.take('.')) return { ...readMetadata(reader), ...common() }
  if (isFlagField(name) && reader.take(':')) {
    const value = readFlag(reader, name)
    return { kind: 'flag', field: name, value, ...common() }
  }
  if (name === 'conf' || name === 'confidence') {
    const comparison = readComparison(reader, name)
    return { kind: 'confidence', comparison, value: reader.number(), ...common() }
  }
  if (name === 'head' && reader.take('(')) {
    const layer = reader.index('layer')
    reader.expect(',', 'a comma between layer and head, as in head(7,2)>0.5')
    const head = reader.index('head')
    reader.expect(')', 'a closing bracket, as in head(7,2)>0.5')
    const comparison = readComparison(reader, `head(${layer},${head})`)
    return { kind: 'head', layer, head, comparison, value: reader.number(), ...common() }
  }
  if (quantityNamed(name) && reader.take('(')) return { ...readQuantityTerm(reader, name), ...common() }
  const begun = name === 'meta' || name === 'head' || isNameField(name) || isFlagField(name)
  if (!begun && reader.beginsText(wordStart)) {
    reader.position = wordStart
    return { kind: 'name', field: 'text', values: readValues(reader, 'text'), ...common() }
  }
  throw notATerm(reader, name, word, wordStart)
}

/** `taylor(7,2)<0`, `iou(gmar_l1)<0.2`. */
function readQuantityTerm(reader: FilterReader, name: string) {
  const start = reader.position
  const inside = reader.inBrackets()
  const quantity = quantityOf(name, inside)
  if (quantity === null) {
    const example = quantityNamed(name)!.example
    throw new FilterError(`write ${quantityForm(name)}, as in ${example}.`, {
      start,
      end: Math.max(reader.position, start + 1),
    })
  }
  const comparison = readComparison(reader, quantityForm(name))
  return { kind: 'quantity', quantity, comparison, value: reader.number() } as const
}

/** `meta.NAME:value,value` compares as text, `meta.NAME>3` as numbers; a name with spaces or signs is quoted. */
function readMetadata(reader: FilterReader) {
  const name = reader.name()
  if (reader.take(':')) return { kind: 'metadata', name, values: readValues(reader, `meta.${name}`) } as const
  const comparison = readComparison(reader, `meta.${name}`)
  return { kind: 'measure', name, comparison, value: reader.number() } as const
}

function notATerm(reader: FilterReader, name: string, word: string, wordStart: number): FilterError {
  const span = { start: wordStart, end: Math.max(reader.position, wordStart + 1) }
  if (name === 'meta') return new FilterError('name a column, as in meta.split:train.', span)
  if (name === 'head') return new FilterError('write a head as head(layer,head)>0.5.', span)
  if (isNameField(name) || isFlagField(name)) {
    return new FilterError(`write a colon after ${name}, as in ${name}:${isNameField(name) ? 'value' : 'true'}.`, span)
  }
  if (word === '') return new FilterError(`a term starts with ${FORMS}.`, span)
  if (reader.take(':')) return new FilterError(`there is no field ${word}; use ${FORMS}.`, span)
  return new FilterError(`${word} cannot be read; to search for such a text, put it in double quotes.`, span)
}

function readNegation(reader: FilterReader): boolean {
  let negated = false
  for (;;) {
    if (reader.take('-')) negated = !negated
    else if (reader.takeWord('not')) negated = !negated
    else return negated
    reader.skipSpace()
  }
}

function readValues(reader: FilterReader, field: string): FilterValue[] {
  const values = [reader.value(field)]
  while (reader.take(',')) values.push(reader.value(field))
  return values
}

function readFlag(reader: FilterReader, field: string): boolean {
  const { text, span } = reader.value(field)
  const flag = text.toLowerCase()
  if (flag === 'true' || flag === 'yes') return true
  if (flag === 'false' || flag === 'no') return false
  throw new FilterError(`${field} is true or false, not ${text}.`, span)
}

function readComparison(reader: FilterReader, field: string): Comparison {
  for (const comparison of ['<=', '>=', '<', '>', '='] as const) if (reader.take(comparison)) return comparison
  throw new FilterError(`compare ${field} with a number, as in ${field}>0.5.`, reader.here())
}

function isNameField(name: string): name is keyof typeof NAME_FIELDS {
  return Object.hasOwn(NAME_FIELDS, name)
}

function isFlagField(name: string): name is FlagField {
  return FLAG_FIELDS.includes(name)
}
