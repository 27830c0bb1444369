/** Reads class names from the usual kinds of files. */
import { basename } from 'node:path'
import { HeadlightError } from '@shared/errors'
import type { FoundLabels } from '@shared/api'
import { isObject, type JsonObject, TextFiles } from './json-file'

type ClassNames = Omit<FoundLabels, 'labelsSource'>

/**
 * Class names by index: transformers' config.json (id2label or label2id), id2label by itself, timm's config.json
 * (label_names), a JSON list, or a text with one name a line, with or without numbers or synsets before the names.
 * Null where the file is missing or holds none. Throws 'usage' where it cannot be used.
 */
export async function readClassNames(file: string, files = new TextFiles()): Promise<ClassNames | null> {
  if (!file.endsWith('.json')) return fromLines(await files.text(file))
  const content = await files.json(file)
  const name = basename(file)
  if (Array.isArray(content)) return named(listed(content))
  if (!isObject(content)) return null
  const ofModel = namesOf(content.id2label, name) ?? namesOf(content.label2id, name)
  if (ofModel) return named(ofModel)
  const timm = fromTimm(content, name)
  if (timm) return timm
  // A bare mapping has nothing in it but numbers and names.
  const values = Object.entries(content)
  const isBare = values.every(([key, value]) => isNumeral(key) && typeof value === 'string')
  const isInverse = values.every(([, value]) => Number.isInteger(value))
  return values.length > 0 && (isBare || isInverse) && hasZero(content) ? named(namesOf(content, name)) : null
}

/** timm's label_names are synsets where label_descriptions say what they mean; either may be inside pretrained_cfg. */
function fromTimm(content: JsonObject, name: string): ClassNames | null {
  const inner = isObject(content.pretrained_cfg) ? content.pretrained_cfg : {}
  const keys = namesOf(content.label_names ?? inner.label_names, name)
  if (!keys) return null
  const descriptions = content.label_descriptions ?? inner.label_descriptions
  if (!isObject(descriptions)) return named(keys)
  const described = (key: string) => (Object.hasOwn(descriptions, key) ? descriptions[key] : undefined)
  const labels = keys.map((key) => {
    const words = described(key)
    return typeof words === 'string' ? words : key
  })
  return { labels, labelKeys: keys }
}

/** A list of names, names by number, or numbers by name; null for anything else. */
function namesOf(value: unknown, name: string): string[] | null {
  if (Array.isArray(value)) return listed(value)
  if (!isObject(value)) return null
  const entries = Object.entries(value)
  if (entries.length === 0) return null
  if (entries.every(([key]) => isNumeral(key)))
    return byIndex(
      entries.map(([key, word]) => [Number(key), textOf(word)]),
      name,
    )
  const numbers = entries.map(([word, index]) => [Number(index), word] as [number, string])
  return numbers.every(([index]) => Number.isInteger(index) && index >= 0) ? byIndex(numbers, name) : null
}

function listed(values: unknown[]): string[] | null {
  const isList = values.length > 0 && values.every((value) => typeof value === 'string' || typeof value === 'number')
  return isList ? values.map(String) : null
}

const NUMBERED = /^(\d+)\s*[\s:,;=]\s*(\S.*)$/
const SYNSET = /^(n\d{8})[\s,:]+(\S.*)$/

function fromLines(text: string | null): ClassNames | null {
  const lines = text
    ?.replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
  while (lines?.at(-1) === '') lines.pop()
  if (!lines?.length) return null
  const synsets = lines.map((line) => SYNSET.exec(line))
  if (synsets.every((match) => match !== null)) {
    return { labels: synsets.map((match) => match[2]!), labelKeys: synsets.map((match) => match[1]!) }
  }
  // Numbers are not part of the names where every line has its own, counted from 0.
  const numbered = lines.map((line) => NUMBERED.exec(line))
  const isCounted = numbered.every((match, index) => match !== null && Number(match[1]) === index)
  return named(isCounted ? numbered.map((match) => match![2]!) : lines)
}

function named(labels: string[] | null): ClassNames | null {
  return labels && { labels, labelKeys: null }
}

function byIndex(entries: [number, string][], name: string): string[] {
  const labels: string[] = []
  for (const [index, label] of entries) {
    if (index >= MAX_CLASSES) throw new HeadlightError('usage', `${name} cannot be used: it has a class ${index}.`)
    labels[index] = label
  }
  const count = labels.filter((label) => label !== undefined).length
  if (count !== entries.length || count !== labels.length) {
    throw new HeadlightError('usage', `${name} cannot be used: the numbers of its classes have gaps, or stand twice.`)
  }
  return labels
}

const MAX_CLASSES = 1_000_000

function isNumeral(key: string): boolean {
  return /^\d{1,9}$/.test(key)
}

function hasZero(content: JsonObject): boolean {
  return '0' in content || Object.values(content).includes(0)
}

/** Ids and names are text; ImageNet's class_index has [synset, name]. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? String(value.at(-1)) : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
