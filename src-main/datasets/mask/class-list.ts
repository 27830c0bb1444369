/** Lists of classes that lie beside masks of indices: which name has which index. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { delimitedRows } from '../delimited'

export interface ClassList {
  /** The file's name. */
  file: string
  /** Names with their indexes, several where a class has synonyms; empty where `why` says why none were read. */
  names: { name: string; index: number }[]
  /** Names stand in order without an index, so that the first may be 0 or 1. */
  ordered: boolean
  /** Why it is of no use, null where it is. */
  why: string | null
}

/** Files that are looked for, the surest first: ADE20K's own, then what tools write. */
const NAMES = [
  /^objectinfo150\.(txt|csv)$/i,
  /^object150_info\.csv$/i,
  /^(id2label|label2id|label_?map|classes|labels)\.json$/i,
  /^(classes|class_names|label_names|labels|label_?map|obj_?names)\.txt$/i,
  /^(colou?r_?map)\.json$/i,
  /^class_dict\.csv$/i,
]
const MAX_BYTES = 4 << 20
/** What the class of everything else is called; a list that begins with it counts from 0. */
const BACKGROUND = /^[_\W]*(background|bg|void|unlabell?ed|ignore|other)[_\W]*$/i

/** The lists in these folders, each file once, the surest first. A file that cannot be read is one with a reason. */
export async function findClassLists(folders: readonly string[]): Promise<ClassList[]> {
  const found: { path: string; rank: number }[] = []
  for (const folder of new Set(folders)) {
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      const rank = NAMES.findIndex((pattern) => pattern.test(name))
      if (rank >= 0) found.push({ path: join(folder, name), rank })
    }
  }
  return Promise.all(found.sort((a, b) => a.rank - b.rank).map(({ path }) => readList(path)))
}

async function readList(path: string): Promise<ClassList> {
  const file = basename(path)
  const useless = (why: string): ClassList => ({ file, names: [], ordered: false, why })
  try {
    const found = await stat(path)
    // Reading a pipe would wait for whoever writes it.
    if (!found.isFile()) return useless('it is not a file')
    if (found.size > MAX_BYTES) return useless('it is too large for a list of classes')
    const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
    const list = /\.json$/i.test(file) ? fromJson(JSON.parse(text)) : await fromText(file, text)
    if (list === 'colours') return useless('it gives colours and no indexes')
    return list === null || list.names.length === 0
      ? useless('no names of classes with indexes were found in it')
      : { file, ...list, why: null }
  } catch {
    return useless('it cannot be read')
  }
}

type Read = Pick<ClassList, 'names' | 'ordered'> | 'colours' | null

async function fromText(file: string, text: string): Promise<Read> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const header = lines[0]?.toLowerCase() ?? ''
  if (/\b(idx|index|id)\b/.test(header) && /\bname\b/.test(header)) return fromTable(file, lines)
  // CVAT's `name:r,g,b::` and CamVid's `name,r,g,b`.
  if (lines.some((line) => /[:,]\s*\d+\s*,\s*\d+\s*,\s*\d+/.test(line))) return 'colours'
  const numbered = lines.map((line) => /^\s*(\d+)\s*[\s:,;=]\s*(\S.*)$/.exec(line))
  if (numbered.every((match) => match !== null)) {
    return { names: numbered.flatMap(([, index, name]) => named(name!, Number(index))), ordered: false }
  }
  return inOrder(lines)
}

/** ADE20K's `Idx Ratio Train Val Name`, with tabs or commas; a name has its synonyms behind it. */
async function fromTable(name: string, lines: readonly string[]): Promise<Read> {
  const delimiter = lines[0]!.includes('\t') ? '\t' : ','
  const table = { name, chunks: [lines.join('\n')], delimiter, code: 'unsupported-dataset' } as const
  const rows: string[][] = []
  for await (const row of delimitedRows(table)) rows.push(row)
  const columns = rows[0]!.map((cell) => cell.trim().toLowerCase())
  const [index, label] = [/^(idx|index|id)$/, /^name$/].map((pattern) =>
    columns.findIndex((cell) => pattern.test(cell)),
  )
  if (index === undefined || label === undefined || index < 0 || label < 0) return null
  const entries = rows.slice(1).filter((row) => /^\s*\d+\s*$/.test(row[index] ?? ''))
  return { names: entries.flatMap((row) => named(row[label] ?? '', Number(row[index]))), ordered: false }
}

function fromJson(content: unknown): Read {
  if (Array.isArray(content)) {
    if (content.every((item) => typeof item === 'string')) return inOrder(content)
    const names = content.flatMap((item: unknown) => {
      if (!isRecord(item)) return []
      const index = [item.id, item.index, item.label_id, item.value].find((value) => typeof value === 'number')
      const name = [item.name, item.label, item.class].find((value) => typeof value === 'string')
      return typeof index === 'number' && typeof name === 'string' ? named(name, index) : []
    })
    return names.length === 0 && content.some((item) => isRecord(item) && 'color' in item)
      ? 'colours'
      : { names, ordered: false }
  }
  if (!isRecord(content)) return null
  for (const key of ['id2label', 'label2id', 'label_map', 'classes', 'categories', 'labels', 'names']) {
    if (typeof content[key] === 'object' && content[key] !== null) return fromJson(content[key])
  }
  const entries = Object.entries(content)
  const names = entries.flatMap(([key, value]) => {
    if (typeof value === 'number' && Number.isInteger(value)) return named(key, value)
    return typeof value === 'string' && /^\d+$/.test(key) ? named(value, Number(key)) : []
  })
  return names.length === 0 && entries.some(([, value]) => Array.isArray(value)) ? 'colours' : { names, ordered: false }
}

function inOrder(lines: readonly string[]): Read {
  const fromZero = BACKGROUND.test(lines[0] ?? '')
  return { names: lines.flatMap((line, index) => named(line, index)), ordered: !fromZero }
}

/** `person, individual, someone` are names of one class; so are those with semicolons. */
function named(name: string, index: number): ClassList['names'] {
  return name.split(/[;,]/).flatMap((part) => (part.trim() === '' ? [] : [{ name: part.trim(), index }]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
