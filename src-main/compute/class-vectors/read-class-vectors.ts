/** Class vectors from the files that people keep them in: .npz, .npy, .csv, .tsv, .parquet, .safetensors. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { refuseIrregular } from '@headlight/explain/files'
import { CLASS_VECTOR_KINDS, checkClassVectors, type ClassVectorKind, type ClassVectors } from '@headlight/explain'
import { HeadlightError } from '@shared/errors'
import { readClassNames } from '../class-names'
import { parsePrompts, promptsHash, promptsText } from '../prompts/kept-prompts'
import type { ArrayFile, NumberArray } from './named-arrays'
import { addNpy, readNpz } from './numpy-arrays'
import { readSafetensors, writeSafetensors } from './safetensors'
import { isTable, readVectorTable } from './vector-tables'

export interface ReadClassVectors extends ClassVectors {
  /** Of names, vectors, kind, scale and bias, hex; not of the file, so that it is the same in any format and under any name. */
  hash: string
  /** Where the names were found: a file's name, or "class numbers". */
  namesFrom: string
  /** Whether the kind was asked for; the file says it otherwise. */
  kindAsked: boolean
  /** Arrays of the file that are not read, as `name [shape]`. */
  passedOver: string[]
  /** The output that they are features of, where a picture's are. */
  output?: string
  /** How prompts or pictures became vectors, one sentence each. */
  notes?: string[]
}

/** Larger files are not vectors of classes: 100,000 classes of 2,048 values take 0.8 GB. */
const MAX_BYTES = 2 ** 30

const VECTORS = new Set('class_vectors embeddings features text_features text_embeds weight weights'.split(' '))
const NAMES = ['names', 'classes', 'class_names', 'labels']

/**
 * @param choice the kind, where the file does not say it, and what messages call the file, where not by its name
 * @throws HeadlightError 'not-found', or 'usage' with what is wrong and what to do
 */
export async function readClassVectors(
  file: string,
  { kind, source = basename(file) }: { kind?: ClassVectorKind | null; source?: string } = {},
): Promise<ReadClassVectors> {
  const found = await readArrays(file, source)
  const refuse = (sentence: string) => new HeadlightError('usage', `${source} ${sentence}`)
  if (found.numbers.has('logit_scale')) {
    throw refuse(
      "has 'logit_scale', which models hold as a logarithm; save what they multiply with, exp(logit_scale), as 'scale'.",
    )
  }
  if (found.numbers.has('logit_bias')) {
    throw refuse("has 'logit_bias'; save it as 'bias', which is added to the logit of each class.")
  }
  const { key, array } = vectorsOf(found, refuse)
  const { dims, values } = array
  const [classes, width] = dims as [number, number]
  if (classes === 0 || width === 0) throw refuse('holds no class vectors; write an array [classes, values] into it.')
  const named = await namesOf(found, file, classes, width, refuse)
  const told = kindOf(found, kind ?? null, refuse)
  const bias = found.numbers.get('bias')?.values
  const vectors: ClassVectors = {
    ...{ source, names: named.names, width, values, kind: told.kind },
    scale: scaleOf(found, refuse),
    bias: bias ? Float64Array.from(bias.length === 1 ? named.names.map(() => bias[0]!) : bias) : null,
  }
  checkClassVectors(vectors)
  const [text] = found.texts.get('prompts') ?? []
  const made = text === undefined ? null : parsePrompts(text, source)
  return {
    ...vectors,
    ...made,
    hash: made ? promptsHash(made.prompts) : hashOfVectors(vectors),
    namesFrom: named.from,
    kindAsked: told.asked,
    passedOver: unread(found, key),
  }
}

/** The same vectors as a file of their own, which `readClassVectors` reads with the same hash. */
export function classVectorsFile(vectors: ClassVectors & { notes?: string[] }): Uint8Array {
  const { names, width, values, kind, scale, bias, prompts, notes = [] } = vectors
  const arrays: Record<string, NumberArray> = { vectors: { dims: [names.length, width], values } }
  if (bias) arrays.bias = { dims: [bias.length], values: bias }
  if (scale !== null) arrays.scale = { dims: [], values: Float64Array.of(scale) }
  const made = prompts && { prompts: promptsText(prompts, notes) }
  return writeSafetensors(arrays, { kind, names: JSON.stringify(names), ...made })
}

async function readArrays(file: string, source: string): Promise<ArrayFile> {
  await refuseIrregular(file, 'usage')
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new HeadlightError('not-found', `There is no file of class vectors ${file}.`, { cause })
  })
  if (size === 0)
    throw new HeadlightError('usage', `${source} is empty; write class vectors [classes, values] into it.`)
  if (size > MAX_BYTES)
    throw new HeadlightError('usage', `${source} has ${size} bytes; class vectors are read up to 1 GiB.`)
  if (isTable(file)) return readVectorTable(file, source)
  const bytes = new Uint8Array(await readFile(file))
  const ending = extname(file).toLowerCase()
  if (ending === '.npz') return readNpz(bytes, source)
  if (ending === '.safetensors') return readSafetensors(bytes, source)
  const found: ArrayFile = { numbers: new Map(), texts: new Map() }
  if (ending !== '.npy') {
    throw new HeadlightError(
      'usage',
      `${source} is not a file of class vectors that is read: .npz, .npy, .csv, .tsv, .parquet or .safetensors.`,
    )
  }
  addNpy(found, 'vectors', bytes, source)
  return found
}

type Refuse = (sentence: string) => HeadlightError

const shaped = ([name, { dims }]: [string, NumberArray]) => `${name} [${dims.join(', ')}]`

/** The array of the vectors: 'vectors', else the only one with such a name, else the only one of two axes. */
function vectorsOf({ numbers }: ArrayFile, refuse: Refuse): { key: string; array: NumberArray } {
  const matrices = [...numbers].filter(([, { dims }]) => dims.length === 2)
  const listed = [...numbers].map(shaped).join(', ')
  const surest = matrices.filter(([name]) => name === 'vectors')
  const named = surest.length > 0 ? surest : matrices.filter(([name]) => VECTORS.has(name))
  const [only, ...others] = named.length > 0 ? named : matrices
  if (!only) {
    throw refuse(
      `has no array [classes, values]${listed ? ` (it has ${listed})` : ''}; save the vectors as one, a row a class.`,
    )
  }
  if (others.length > 0)
    throw refuse(`has several arrays that could be the vectors (${listed}); call the one that is 'vectors'.`)
  return { key: only[0], array: only[1] }
}

/** What of the file is neither vectors, bias nor scale. */
const unread = ({ numbers }: ArrayFile, vectors: string) =>
  [...numbers].filter(([name]) => ![vectors, 'bias', 'scale'].includes(name)).map(shaped)

async function namesOf({ texts }: ArrayFile, file: string, classes: number, width: number, refuse: Refuse) {
  const turned = (count: number) =>
    count === width ? ` The array is [${classes}, ${width}]; if its columns are the classes, transpose it.` : ''
  const unfit = (where: string, count: number) =>
    refuse(
      `has ${classes} vectors, and ${where} ${count} names; give each vector one, in the same order.${turned(count)}`,
    )
  const key = NAMES.find((name) => texts.has(name))
  if (key !== undefined) {
    const names = texts.get(key)!
    if (names.length !== classes) throw unfit(`its ${key} are`, names.length)
    return { names, from: basename(file) }
  }
  const folder = dirname(file)
  const stem = basename(file, extname(file))
  for (const name of [`${stem}.txt`, `${stem}.json`, `${stem}.names.txt`]) {
    const beside = await readClassNames(join(folder, name))
    if (!beside) continue
    if (beside.labels.length !== classes) throw unfit(`${name} beside it has`, beside.labels.length)
    return { names: beside.labels, from: name }
  }
  return { names: Array.from({ length: classes }, (_, index) => String(index)), from: 'class numbers' }
}

function kindOf({ texts }: ArrayFile, asked: ClassVectorKind | null, refuse: Refuse) {
  const [said] = texts.get('kind') ?? []
  const kind = CLASS_VECTOR_KINDS.find((known) => known === said)
  if (said !== undefined && !kind)
    throw refuse(`has the kind '${said}'; it has to be ${CLASS_VECTOR_KINDS.join(' or ')}.`)
  if (kind && asked && kind !== asked) {
    throw refuse(`says that its vectors are ${kind}, and ${asked} was asked for; leave that out, or correct the file.`)
  }
  if (!kind && !asked) {
    throw refuse(
      'does not say how its vectors become logits; say it with --classes-kind: cosine (embeddings of prompts, zero-shot) or linear (the weights of a probe).',
    )
  }
  return { kind: (kind ?? asked)!, asked: !kind }
}

function scaleOf({ numbers }: ArrayFile, refuse: Refuse): number | null {
  const scale = numbers.get('scale')
  if (!scale) return null
  if (scale.values.length !== 1)
    throw refuse(`has ${scale.values.length} values in scale; it has to be one number for all classes.`)
  return scale.values[0]!
}

/** Of everything that the logits are made with, hex. */
export function hashOfVectors({ names, width, values, kind, scale, bias }: ClassVectors): string {
  const hash = createHash('sha256')
  hash.update(
    JSON.stringify({ names, width, kind, scale, double: values instanceof Float64Array, bias: bias !== null }),
  )
  for (const { buffer, byteOffset, byteLength } of [values, ...(bias ? [bias] : [])]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
