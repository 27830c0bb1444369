/** Tables of a real library, read back by readers that are not ours: NumPy, DuckDB, JSON.parse and DuckDB's CSV reader. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PausableControl } from './control'
import { hasPythonModules, PYTHON } from '../service/testing/python'
import { type SmallProject, smallProject, unwatched } from '../service/testing/small-project'
import { annotationTable, exportTable, type RunTable, runTable, type TableFormat } from './export-table'

const hasNumpy = hasPythonModules('numpy')
const CONFIDENCES = [0.1, 0.7, 1 / 3, 0.75]
const NAMES = ['Bag/ü 😀.png', 'Coat/1.png', 'Coat/=2,"x".png', 'Shirt/9.png', 'Shirt/broken.png']
let made: SmallProject

beforeAll(async () => {
  made = await smallProject(NAMES, [2, 0, 1, 1], CONFIDENCES, [
    { kind: 'tag', ids: Uint32Array.of(1), tag: 'clutter', on: true },
    { kind: 'note', ids: Uint32Array.of(1), text: 'ein Blick\u2028wert' },
  ])
})
afterAll(() => made.close())

async function write(what: RunTable | 'annotations', format: TableFormat, filter = '') {
  const { source, run, folder } = made
  const chosen = { run, filter }
  const table = what === 'annotations' ? await annotationTable(source, chosen) : await runTable(source, what, chosen)
  return exportTable(table, format, join(folder, `${what}.${format}`), unwatched())
}

/** What Python prints as JSON. */
function python(code: string, ...args: string[]): unknown {
  return JSON.parse(
    execFileSync(PYTHON, ['-c', `import json, sys, numpy as np\n${code}`, ...args], { encoding: 'utf8' }),
  )
}

async function duckdb(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create()
  const connection = await instance.connect()
  const reader = await connection.runAndReadAll(sql)
  const rows = reader.getRowObjectsJson()
  connection.closeSync()
  return rows
}

describe.skipIf(!hasNumpy)('NPZ, read by NumPy', () => {
  test('scores are [samples, layers, heads] beside their paths', async () => {
    const report = await write('scores', 'npz')
    expect(report).toMatchObject({ rows: 4, leftOut: 1 })
    const read = python(
      `z = np.load(sys.argv[1])
print(json.dumps({"l1": z["l1"].tolist(), "dtype": str(z["l1"].dtype), "shape": z["l1"].shape, "paths": z["path"].tolist(),
  "correct": z["correct"].tolist(), "confidence": z["confidence"].tolist(), "meta": json.loads(z["meta.json"])}))`,
      report.out,
    ) as Record<string, unknown>
    expect(read).toMatchObject({ dtype: 'float32', shape: [4, 2, 2], paths: NAMES.slice(0, 4), correct: [1, 1, 0, 1] })
    expect((read.l1 as number[][][]).flat(2)).toEqual(made.l1)
    expect(read.confidence).toEqual(CONFIDENCES.map(Math.fround))
    expect(read.meta).toMatchObject({
      format: 'headlight-scores',
      about: {
        model: { sha256: 'ab', grid: [2, 3] },
        computed: { methods: [{ id: 'gmar_l1' }] },
        program: 'Headlight test',
      },
    })
  })

  test('maps are [samples, rows, columns]; without samples arrays are empty', async () => {
    const code = `z = np.load(sys.argv[1])
print(json.dumps({"shape": z["gmar_l1"].shape, "first": z["gmar_l1"][:1].tolist(), "paths": z["path"].tolist()}))`
    const { ids } = await made.library.samples.query({
      runId: made.run.id,
      filter: '',
      sort: 'path',
      descending: false,
    })
    const { values } = await made.library.samples.maps({ runId: made.run.id, ids: ids.slice(0, 1), method: 'gmar_l1' })
    const read = python(code, (await write('maps', 'npz')).out) as { shape: number[]; first: number[][][] }
    expect(read.shape).toEqual([4, 2, 3])
    expect(read.first.flat(2)).toEqual([...values])
    expect(python(code, (await write('maps', 'npz', 'label:Bag correct:false')).out)).toMatchObject({
      shape: [0, 2, 3],
      paths: [],
    })
  })

  test('words keep every letter, also those that end lines elsewhere', async () => {
    const { out } = await write('annotations', 'npz')
    const code = `z = np.load(sys.argv[1])
print(json.dumps(z["text"].tolist()))`
    expect(python(code, out)).toEqual(['ein Blick\u2028wert', 'clutter'])
  })
})

test.skipIf(!hasNumpy)('the example script reads an export and finds the same numbers', async () => {
  const files = ['predictions', 'scores', 'statistics'] as const
  const outs: string[] = []
  for (const what of files) outs.push((await write(what, 'npz')).out)
  const printed = execFileSync(PYTHON, ['examples/read_results.py', ...outs], { encoding: 'utf8' })
  expect(printed).toContain('accuracy 0.7500 of 4')
  expect(printed).toMatch(/largest difference to Headlight's means: \d/)
})

describe('Parquet, read by DuckDB', () => {
  test('predictions are typed, with errors and what reviewers said', async () => {
    const { out, rows } = await write('predictions', 'parquet')
    expect(rows).toBe(5)
    const columns = await duckdb(`DESCRIBE SELECT * FROM '${out}'`)
    const types = Object.fromEntries(columns.map(({ column_name, column_type }) => [column_name, column_type]))
    expect(types).toMatchObject({
      path: 'VARCHAR',
      label_index: 'INTEGER',
      confidence: 'FLOAT',
      correct: 'BOOLEAN',
      top_class_1: 'INTEGER',
    })
    const read = await duckdb(
      `SELECT path, label, prediction, correct, top_class_1, error_code, error, tags, has_note FROM '${out}'`,
    )
    expect(read[0]).toMatchObject({ path: NAMES[0], label: 'Bag', prediction: 'Bag', tags: 'clutter', has_note: true })
    expect(read[2]).toMatchObject({ correct: false, prediction: 'Shirt', label: 'Coat', top_class_1: 2 })
    expect(read[4]).toMatchObject({
      prediction: null,
      correct: null,
      top_class_1: -1,
      error_code: 'unreadable-image',
      error: 'No image: it is\ncut off.',
    })
    const [{ value } = {}] = await duckdb(`SELECT decode(value) AS value FROM parquet_kv_metadata('${out}')`)
    expect(String(value)).toContain('"sha256"')
  })

  test('scores and maps are the values of the library', async () => {
    const scores = await write('scores', 'parquet')
    const read = await duckdb(`SELECT l1_0_0, l1_0_1, l1_1_0, l1_1_1 FROM '${scores.out}'`)
    expect(read.flatMap((row) => Object.values(row))).toEqual(made.l1)
    const maps = await write('maps', 'parquet')
    const { ids } = await made.library.samples.query({
      runId: made.run.id,
      filter: '',
      sort: 'path',
      descending: false,
    })
    const { values } = await made.library.samples.maps({ runId: made.run.id, ids, method: 'gmar_l1' })
    const lists = await duckdb(`SELECT gmar_l1 FROM '${maps.out}'`)
    expect(lists.flatMap(({ gmar_l1 }) => gmar_l1 as number[])).toEqual([...values])
  })

  test('statistics are a head of a group a row', async () => {
    const { out } = await write('statistics', 'parquet')
    const heads = await made.library.statistics.heads({ runId: made.run.id, by: 'class', filter: '', norm: 'l1' })
    const read = await duckdb(
      `SELECT "group", samples, layer, head, mean, q50 FROM '${out}' WHERE norm = 'l1' AND "by" = 'class'`,
    )
    expect(read).toHaveLength(heads.groups.length * 4)
    const coat = heads.groups.find(({ name }) => name === 'Coat')
    const row = read.find((one) => one.group === 'Coat' && one.layer === 1 && one.head === 0)
    expect(row).toMatchObject({ samples: coat?.count, mean: coat?.mean[2], q50: coat?.quantiles[2 * 4 + 2] })
  })
})

test('CSV is read by another reader, with a dictionary beside it', async () => {
  const { out, beside } = await write('predictions', 'csv')
  const read = await duckdb(`SELECT * FROM read_csv('${out}', header = true)`)
  expect(read.map(({ path }) => path)).toEqual(NAMES)
  expect(read.map(({ confidence }) => (confidence === null ? null : Math.fround(Number(confidence))))).toEqual([
    ...CONFIDENCES.map(Math.fround),
    null,
  ])
  const meta = JSON.parse(readFileSync(beside[0] ?? '', 'utf8')) as { columns: { name: string; meaning: string }[] }
  expect(meta.columns.map(({ name }) => name)).toContain('top_probability')
  expect(meta.columns.every(({ meaning }) => meaning.length > 0)).toBe(true)
})

test('JSON nests arrays as their shapes say', async () => {
  const { out } = await write('scores', 'json')
  const read = JSON.parse(readFileSync(out, 'utf8')) as { rows: { path: string; l1: number[][] }[]; columns: object[] }
  expect(read.rows.map(({ path }) => path)).toEqual(NAMES.slice(0, 4))
  expect(read.rows.flatMap((row) => row.l1.flat()).map(Math.fround)).toEqual(made.l1)
  expect(read.rows[0]?.l1).toHaveLength(2)
})

test.for(['csv', 'json', 'parquet', 'npz'] as const)(
  '%s: cancelled, it leaves the former file and nothing else',
  async (format) => {
    const inside = join(made.folder, `cancelled-${format}`)
    mkdirSync(inside)
    const out = join(inside, 'scores')
    writeFileSync(out, 'former')
    const control = new PausableControl(() => control.cancel())
    const table = await runTable(made.source, 'scores', { run: made.run, filter: '' })
    await expect(exportTable(table, format, out, control)).rejects.toMatchObject({ code: 'cancelled' })
    expect(readdirSync(inside)).toEqual(['scores'])
    expect(readFileSync(out, 'utf8')).toBe('former')
  },
)

test('a folder that cannot be written to is named', async () => {
  writeFileSync(join(made.folder, 'file'), '')
  const table = await runTable(made.source, 'scores', { run: made.run, filter: '' })
  const failing = exportTable(table, 'csv', join(made.folder, 'file', 'x.csv'), unwatched())
  await expect(failing).rejects.toMatchObject({ code: 'not-writable' })
})
