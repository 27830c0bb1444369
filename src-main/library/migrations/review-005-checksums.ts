import { teachRowChecksum } from '../stored/row-checksum'
import type { Migration } from './migration'

const ANNOTATION = [
  'sample_id',
  'kind',
  'reviewer',
  'key',
  'text',
  'shape',
  'run',
  'created_at',
  'changed_at',
  'deleted',
]
const RUN = [
  'id',
  'definition_hash',
  'dataset_id',
  'name',
  'definition',
  'model',
  'certificate',
  'created_at',
  'origin',
]
const RUN_LABEL = ['run_id', 'folder', 'class_index']

/** What a row's checksum is taken over, in this order. */
export const CHECKED_COLUMNS = { annotation: ANNOTATION, run: RUN, run_label: RUN_LABEL }

/** A checksum of each annotation, run and matched label, written by triggers so that nobody can forget it. */
export const review005: Migration = {
  version: 5,
  prepare: teachRowChecksum,
  sql: [
    checked('annotation', ANNOTATION, ['sample_id', 'kind', 'reviewer', 'key']),
    checked('run', RUN, ['id']),
    checked('run_label', RUN_LABEL, ['run_id', 'folder']),
  ].join('\n'),
}

function checked(table: string, columns: readonly string[], key: readonly string[]): string {
  const sum = `row_checksum(${columns.map((column) => `NEW.${column}`).join(', ')})`
  const place = key.map((column) => `${column} = NEW.${column}`).join(' AND ')
  const write = `BEGIN UPDATE ${table} SET checksum = ${sum} WHERE ${place}; END;`
  return `
    ALTER TABLE ${table} ADD COLUMN checksum INTEGER;
    UPDATE ${table} SET checksum = row_checksum(${columns.join(', ')});
    CREATE TRIGGER ${table}_added AFTER INSERT ON ${table} ${write}
    CREATE TRIGGER ${table}_changed AFTER UPDATE OF ${columns.join(', ')} ON ${table} ${write}
  `
}
