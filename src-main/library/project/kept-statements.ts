import type { Database, Statement } from 'better-sqlite3'

type Kept = Map<string, Statement<unknown[]>>

const rows = new WeakMap<Database, Kept>()
const values = new WeakMap<Database, Kept>()

/**
 * A statement that is prepared once for each connection. Statements that are dropped are freed by the garbage collector,
 * thousands at a time, which holds up whatever is asked then: work that is done for every annotation keeps its own. Not for
 * `iterate`, during which a statement answers nobody else, nor for SQL that is put together.
 */
export function keptStatement<Parameters extends unknown[] = unknown[], Row = unknown>(
  database: Database,
  sql: string,
): Statement<Parameters, Row> {
  return keptIn(rows, database, sql, (statement) => statement) as Statement<Parameters, Row>
}

/** The same, giving the first column of a row. */
export function keptValue<Parameters extends unknown[], Value>(
  database: Database,
  sql: string,
): Statement<Parameters, Value> {
  return keptIn(values, database, sql, (statement) => statement.pluck()) as Statement<Parameters, Value>
}

function keptIn(
  all: WeakMap<Database, Kept>,
  database: Database,
  sql: string,
  mode: (statement: Statement<unknown[]>) => Statement<unknown[]>,
): Statement<unknown[]> {
  const kept: Kept = all.get(database) ?? new Map()
  all.set(database, kept)
  const statement = kept.get(sql) ?? mode(database.prepare(sql))
  kept.set(sql, statement)
  return statement
}
