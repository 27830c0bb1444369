import { HeadlightError } from '@shared/errors'
import { METHODS } from '@headlight/explain/methods'
import { aboutExport } from '../about'
import { type Chosen, chosenIds, type ExportSource, idBlocks } from '../source'
import type { Column, Table } from '../table'
import { SAMPLE_COLUMNS, sampleValues } from './sample-columns'

/** Raw relevance maps, a sample a row: `METHOD[row, column]` over the patch grid. */
export async function mapTable(source: ExportSource, chosen: Chosen): Promise<Table> {
  const { run, filter } = chosen
  if (run.model.noMaps !== undefined)
    throw new HeadlightError('usage', `Run "${run.name}" has head scores and no maps: ${run.model.noMaps}`)
  const ids = await chosenIds(source, chosen)
  const { methods } = run.definition
  const [rows, columns] = run.model.grid
  const maps = methods.map((method): Column => ({
    name: method,
    type: 'float32',
    shape: [rows, columns],
    listed: true,
    meaning: `Raw relevance of each patch by ${METHODS[method].name}, [row, column] from the top left; not scaled.`,
  }))
  return {
    what: 'maps',
    columns: [...SAMPLE_COLUMNS, ...maps],
    about: aboutExport(source.program, source.project, run, filter),
    total: ids.length,
    async *blocks() {
      for (const part of idBlocks(ids)) {
        const batches = await Promise.all(
          methods.map((method) => source.library.samples.maps({ runId: run.id, ids: part, method })),
        )
        const present = new Set(batches.flatMap((batch) => [...batch.ids]))
        const kept = part.filter((id) => present.has(id))
        const samples = await source.library.samples.rows({ runId: run.id, ids: kept })
        yield {
          rows: samples.length,
          read: part.length,
          values: [...sampleValues(run, samples), ...batches.map((batch) => placed(batch, kept, rows * columns))],
        }
      }
    },
  }
}

/** The maps in the order of `ids`, NaN for a sample without one. */
function placed(batch: { ids: Uint32Array; values: Float32Array }, ids: Uint32Array, size: number): Float32Array {
  if (batch.ids.length === ids.length) return batch.values
  const values = new Float32Array(ids.length * size).fill(NaN)
  const positions = new Map(Array.from(ids, (id, i) => [id, i]))
  batch.ids.forEach((id, i) => {
    values.set(batch.values.subarray(i * size, (i + 1) * size), positions.get(id)! * size)
  })
  return values
}
