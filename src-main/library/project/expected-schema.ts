import Sqlite, { type Database } from 'better-sqlite3'
import type { Migration } from '../migrations'
import { migrate } from './migrate'

/** Tables, indexes and triggers by type and name, each with its SQL without comments, quotes and line ends. */
export type Schema = ReadonlyMap<string, string>

const made = new Map<string, Schema>()

/** The schema that these migrations make, up to a version. */
export function expectedSchema(migrations: readonly Migration[], version: number): Schema {
  const steps = migrations.filter((step) => step.version <= version)
  const key = JSON.stringify(steps.map(({ sql }) => sql))
  const known = made.get(key)
  if (known !== undefined) return known
  const database = new Sqlite(':memory:')
  try {
    migrate(database, steps)
    const schema = schemaOf(database)
    made.set(key, schema)
    return schema
  } finally {
    database.close()
  }
}

/** The schema of an open database; SQLite's own tables and automatic indexes are left out. */
export function schemaOf(database: Database): Schema {
  const rows = database
    .prepare<[], { type: string; name: string; sql: string | null }>(
      `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
    )
    .all()
  return new Map(rows.map(({ type, name, sql }) => [`${type} ${name}`, plainSql(sql ?? '')]))
}

/** What `found` lacks or has in another form; null where it has all of `expected`. It may have more. */
export function schemaFault(found: Schema, expected: Schema): string | null {
  for (const [name, sql] of expected) {
    const there = found.get(name)
    if (there === undefined) return `its ${name} is missing`
    if (there !== sql) return `its ${name} is not as Headlight made it`
  }
  return null
}

function plainSql(sql: string): string {
  return sql
    .replace(/--[^\n]*/g, '')
    .replaceAll('"', '')
    .replace(/\s+/g, ' ')
    .trim()
}
