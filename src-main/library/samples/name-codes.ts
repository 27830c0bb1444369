import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { HeadlightError } from '@shared/errors'
import type { ProjectFiles } from '../project/project-files'
import { checkSound, soundRow } from '../stored/sound-rows'

/** Names that many samples share, kept once: labels and splits as datasets write them, and where labels come from. */
export type NameList = 'label_name' | 'split_name' | 'label_source'

/** The code of a name, which a new one gets; null for null. Use inside the transaction that writes the codes. */
export function codesOf(cache: Database, list: NameList): (name: string | null) => number | null {
  const known = new Map(
    cache
      .prepare<[], { id: number; name: string }>(`SELECT id, name FROM ${list}`)
      .all()
      .map(({ id, name }) => [name, id]),
  )
  const add = cache.prepare<[string], number>(`INSERT INTO ${list} (name) VALUES (?) RETURNING id`).pluck()
  return (name) => {
    if (name === null) return null
    const code = known.get(name) ?? add.get(name)
    if (code === undefined) throw new HeadlightError('internal', `The name ${name} was not written.`)
    known.set(name, code)
    return code
  }
}

/** The names of a list by code. Throws 'project-damaged'. */
export function namesOf(cache: Database, list: Exclude<NameList, 'label_source'>): Map<number, string> {
  const rows = cache
    .prepare<[], { id: number; name: string; sound: number }>(
      `SELECT id, name, ${soundRow(list)} AS sound FROM ${list}`,
    )
    .all()
  for (const { id, sound } of rows) checkSound(sound, `${id} of the list ${list}`)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

const byNature = new Intl.Collator('en', { numeric: true }).compare

/** Codes and names in the order in which people look for them: 9 before 10. */
export function inNaturalOrder(names: ReadonlyMap<number, string>): [code: number, name: string][] {
  return [...names].sort(([, a], [, b]) => byNature(a, b))
}

/** The class of each label of a run's dataset, null for those that no class is meant by. */
export function matchedClasses({ review }: ProjectFiles, run: RunInfo): Map<string, number | null> {
  const rows = review
    .prepare<[number], { folder: string; classIndex: number | null }>(
      `SELECT folder, class_index AS classIndex FROM run_label WHERE run_id = ?`,
    )
    .all(run.id)
  return new Map(rows.map(({ folder, classIndex }) => [folder, classIndex]))
}
