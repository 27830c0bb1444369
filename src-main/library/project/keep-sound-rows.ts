/**
 * What is done where single rows of review.sqlite are damaged: all that is sound in it stays, and only those rows are taken
 * from a backup, so that what was written since the backup is not lost for one bad byte.
 */
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { CHECKED_COLUMNS } from '../migrations/review-005-checksums'
import { type DamagedPlace, faultsInReview } from '../stored/review-faults'
import { removeDatabase, unpackNewest } from './backups'
import { type DatabaseFile, openDatabase } from './database-file'
import { inspectFile } from './inspect-file'

export interface KeptRows {
  /** The mended file, beside the damaged one. */
  file: string
  /** What became of the damaged rows; completes "review.sqlite was damaged and set aside". */
  sentence: string
}

/** Null where more than rows is damaged, or which row it is cannot be told. Leaves the damaged file as it is. */
export function keepSoundRows(folder: string, damaged: DatabaseFile, alone: boolean): KeptRows | null {
  const part = { ...damaged, file: join(folder, 'review.mended.part') }
  const backup = { ...damaged, file: join(folder, 'review.restored.part') }
  removeDatabase(part.file)
  let sentence: string | null = null
  try {
    if (!statSync(damaged.file).isFile()) return null
    for (const journal of ['', '-wal', '-journal']) {
      if (existsSync(damaged.file + journal)) copyFileSync(damaged.file + journal, part.file + journal)
    }
    if (!isWhole(part, alone)) return null
    const copied = unpackNewest(folder, backup, alone)
    sentence = mend(part, copied === null ? null : { ...backup, copied }, alone)
    const after = inspectFile(part, { alone, thorough: true })
    if (after.state !== 'sound') sentence = null
    return sentence === null ? null : { file: part.file, sentence }
  } catch (error) {
    // Then the whole backup takes the file's place.
    if (error instanceof Sqlite.SqliteError) return null
    throw error
  } finally {
    removeDatabase(backup.file)
    if (sentence === null) removeDatabase(part.file)
  }
}

/** Whether a file is sound apart from what its rows say. */
function isWhole(file: DatabaseFile, alone: boolean): boolean {
  const found = inspectFile(file, { alone, thorough: true, rows: false })
  return found.state === 'sound' && !found.renumbered
}

type CopiedFile = DatabaseFile & { copied: string }

function mend(part: DatabaseFile, backup: CopiedFile | null, alone: boolean): string | null {
  const review = openDatabase(part, alone)
  const from = backup === null ? null : openDatabase(backup, alone)
  try {
    const places = [...faultsInReview(review)].map(({ place }) => place)
    if (places.length === 0 || places.includes(null)) return null
    const said = review.transaction(() => [
      ...inWords(mendRuns(review, from, places), backup?.copied),
      ...inWords(mendAnnotations(review, from, places), backup?.copied),
      ...inWords(mendSteps(review, from, places), backup?.copied, 'no longer to be undone is'),
      ...emptyLists(review, places),
    ])()
    return `all that is sound in it was kept; ${said.join('; ')}`
  } finally {
    from?.close()
    review.close()
  }
}

type Row = Record<string, string | number | null>
type Outcomes = { back: string[]; lost: string[] }

/** A run is dropped with its labels. Without a backup of it, its results are offered back as those of a run that was lost. */
function mendRuns(review: Database, backup: Database | null, places: readonly DamagedPlace[]): Outcomes {
  const ids = places.flatMap((place) => {
    if (place?.in === 'run') return [place.row.id]
    return place?.in === 'run_label' ? [place.row.run_id] : []
  })
  const outcomes: Outcomes = { back: [], lost: [] }
  for (const id of new Set(ids)) {
    for (const [table, column] of RUN_TABLES.toReversed()) {
      review.prepare(`DELETE FROM ${table} WHERE ${column} = ?`).run(id)
    }
    const found = RUN_TABLES.map(([table, column]) => {
      const rows = backup?.prepare<[unknown], Row>(`SELECT * FROM ${table} WHERE ${column} = ?`).all(id) ?? []
      for (const row of rows) insert(review, table, row)
      return rows
    })
    ;((found[0]?.length ?? 0) > 0 ? outcomes.back : outcomes.lost).push(`run ${String(id)}`)
  }
  return outcomes
}

const RUN_TABLES = [
  ['run', 'id'],
  ['run_label', 'run_id'],
] as const

const KEY = ['sample_id', 'kind', 'reviewer', 'key'] as const

/** The byte that is damaged may be one of the key: then the backup's row differs in that one part, and is lacking here. */
function mendAnnotations(review: Database, backup: Database | null, places: readonly DamagedPlace[]): Outcomes {
  const rows = places.flatMap((place) => (place?.in === 'annotation' ? [place.row as Row] : []))
  const keyOf = (row: Row) => KEY.map((part) => row[part] ?? null)
  const damaged = [...new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row])).values()]
  const where = KEY.map((part) => `${part} = ?`).join(' AND ')
  for (const row of damaged) review.prepare(`DELETE FROM annotation WHERE ${where}`).run(...keyOf(row))
  const has = review.prepare(`SELECT 1 FROM annotation WHERE ${where}`)
  const lacking =
    damaged.length === 0
      ? []
      : (backup?.prepare<[], Row>(`SELECT * FROM annotation`).all() ?? []).filter((row) => !has.get(...keyOf(row)))
  const pathOf = review.prepare<unknown[], string>(`SELECT path FROM sample_key WHERE id = ?`).pluck()
  const name = (row: Row) => `the ${row.kind} of ${row.reviewer} on ${pathOf.get(row.sample_id) ?? 'a sample'}`
  const outcomes: Outcomes = { back: [], lost: [] }
  const same = (a: Row, b: Row) => KEY.filter((part) => a[part] === b[part]).length
  for (const row of damaged) {
    const near = lacking.filter((candidate) => same(candidate, row) >= KEY.length - 1)
    const before = near.find((candidate) => same(candidate, row) === KEY.length) ?? (near.length === 1 ? near[0] : null)
    if (before) insert(review, 'annotation', before)
    if (before) lacking.splice(lacking.indexOf(before), 1)
    ;(before ? outcomes.back : outcomes.lost).push(name(before ?? row))
  }
  return outcomes
}

/** What steps changed: as the backup has it where it has that step, else the step cannot be undone any more. */
function mendSteps(review: Database, backup: Database | null, places: readonly DamagedPlace[]): Outcomes {
  const outcomes: Outcomes = { back: [], lost: [] }
  const same = `id = ? AND reviewer = ? AND kind = ? AND made_at = ? AND changes = ?`
  for (const id of new Set(places.flatMap((place) => (place?.in === 'annotation_step' ? [place.id] : [])))) {
    const step = review.prepare<[number], Row>(`SELECT * FROM annotation_step WHERE id = ?`).get(id)
    const known = backup
      ?.prepare(`SELECT 1 FROM annotation_step WHERE ${same}`)
      .get(id, step?.reviewer, step?.kind, step?.made_at, step?.changes)
    const changes = backup?.prepare<[number], Row>(`SELECT * FROM annotation_change WHERE step_id = ?`).all(id) ?? []
    const isBack = known !== undefined && changes.length > 0
    review.prepare(`DELETE FROM ${isBack ? 'annotation_change WHERE step_id' : 'annotation_step WHERE id'} = ?`).run(id)
    const write = review.prepare(
      `INSERT INTO annotation_change (step_id, sample_id, kind, reviewer, key, before, after)
       VALUES (@step_id, @sample_id, @kind, @reviewer, @key, @before, @after)`,
    )
    if (isBack) for (const change of changes) write.run(change)
    ;(isBack ? outcomes.back : outcomes.lost).push(`step ${id} of the annotations`)
  }
  return outcomes
}

/** Lists of runs that cannot be read are empty from then on. */
function emptyLists(review: Database, places: readonly DamagedPlace[]): string[] {
  const settings = places.flatMap((place) => (place?.in === 'setting' ? [place] : []))
  for (const { key } of settings) review.prepare(`DELETE FROM setting WHERE key = ?`).run(key)
  return settings.map(({ name }) => `${name} is empty now`)
}

function insert(review: Database, table: keyof typeof CHECKED_COLUMNS, row: Row): void {
  const columns = CHECKED_COLUMNS[table]
  const values = columns.map((column) => row[column] ?? null)
  review
    .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)
    .run(values)
}

/** Names that are written out; the others are counted. */
const NAMED = 5

function inWords({ back, lost }: Outcomes, copied = '', gone = 'only in the other file is'): string[] {
  const list = (names: string[]) =>
    [...names.slice(0, NAMED), ...(names.length > NAMED ? [`${names.length - NAMED} more`] : [])].join(', ')
  return [
    ...(back.length > 0 ? [`as the backup of ${copied} has it is ${list(back)}`] : []),
    ...(lost.length > 0 ? [`${gone} ${list(lost)}`] : []),
  ]
}
