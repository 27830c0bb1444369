import { teachRowChecksum } from '../stored/row-checksum'
import type { Migration } from './migration'

/**
 * What the checksum of a row is taken over: whole numbers, then text and fractions. `key` names the row. A later column of
 * one of these tables needs a list of its own beside this one: what this migration makes of an older file stays the same.
 */
export const CHECKED_ROWS = {
  sample: {
    integers: ['id', 'dataset_id', 'width', 'height', 'bytes'],
    others: ['path', 'hash', 'location', 'metadata'],
    key: ['id'],
  },
  run_sample: {
    integers: [
      ...['run_id', 'sample_id', 'position', 'state', 'label', 'prediction', 'target', 'correct'],
      ...['dataset_label', 'split'],
    ],
    others: ['mask', 'confidence', 'error_code', 'error', 'failed_at'],
    key: ['run_id', 'sample_id'],
  },
  localisation: {
    integers: ['run_id', 'sample_id', 'rule_id'],
    others: ['method', 'pointing', 'energy', 'iou'],
    key: ['run_id', 'method', 'sample_id'],
  },
  unmeasured: {
    integers: ['run_id', 'sample_id'],
    others: ['kind', 'message'],
    key: ['run_id', 'sample_id'],
  },
  sample_label: {
    integers: ['sample_id', 'source_id', 'position', 'label_id'],
    others: [],
    key: ['sample_id', 'source_id', 'position'],
  },
  label_name: { integers: ['id'], others: ['name'], key: ['id'] },
  split_name: { integers: ['id'], others: ['name'], key: ['id'] },
  label_source: { integers: ['id'], others: ['name'], key: ['id'] },
  localisation_rule: { integers: ['id'], others: ['mask_kind', 'rule'], key: ['id'] },
} as const

export type CheckedRows = keyof typeof CHECKED_ROWS

/**
 * SQL that is all that a row says as one text, whose checksum is the row's: SQLite puts it together in less time than it
 * takes to hand over the columns one by one. `of` gives the SQL of a column.
 */
export function rowText(table: CheckedRows, of: (column: string) => string = (column) => column): string {
  const { integers, others } = CHECKED_ROWS[table]
  const parts = [
    ...integers.map((column) => `coalesce(${of(column)}, '')`),
    // Tells text from blobs, and has every bit of a fraction.
    ...others.map((column) => `quote(${of(column)})`),
  ]
  return `concat_ws(',', ${parts.join(', ')})`
}

/**
 * A checksum of each row that says something of a sample: what it is, what a run made of it, and how its maps lie on its
 * mask, or why that is not known. Triggers write it where a statement does not, so that nobody can forget it. Blobs have theirs from who writes them.
 */
export const cache010: Migration = {
  version: 10,
  prepare: teachRowChecksum,
  sql: [
    ...(Object.keys(CHECKED_ROWS) as CheckedRows[]).map(checked),
    `ALTER TABLE attention_sum ADD COLUMN checksum INTEGER;
     ALTER TABLE quantity_block ADD COLUMN checksum INTEGER;
     ALTER TABLE vector_value ADD COLUMN checksum INTEGER;`,
  ].join('\n'),
}

function checked(table: CheckedRows): string {
  const { integers, others, key } = CHECKED_ROWS[table]
  const columns = [...integers, ...others].join(', ')
  const sum = `row_checksum(${rowText(table, (column) => `NEW.${column}`)})`
  const place = key.map((column) => `${column} = NEW.${column}`).join(' AND ')
  const write = `BEGIN UPDATE ${table} SET checksum = ${sum} WHERE ${place}; END;`
  return `
    ALTER TABLE ${table} ADD COLUMN checksum INTEGER;
    UPDATE ${table} SET checksum = row_checksum(${rowText(table)});
    CREATE TRIGGER ${table}_row_added AFTER INSERT ON ${table} WHEN NEW.checksum IS NULL ${write}
    CREATE TRIGGER ${table}_row_changed AFTER UPDATE OF ${columns} ON ${table}
      WHEN NEW.checksum IS OLD.checksum ${write}
  `
}
