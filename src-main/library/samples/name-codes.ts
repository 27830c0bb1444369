import type { Database } from 'better-sqlite3'
import { HeadlightError } from '@shared/errors'

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

/** The names of a list by code. */
export function namesOf(cache: Database, list: NameList): Map<number, string> {
  const rows = cache.prepare<[], { id: number; name: string }>(`SELECT id, name FROM ${list}`).all()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
