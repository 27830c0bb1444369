import { aboutExport } from '../about'
import { type Chosen, chosenIds, type ExportSource, idBlocks } from '../source'
import type { Column, Table } from '../table'
import { SAMPLE_COLUMNS, sampleValues } from './sample-columns'

const SUMS = { l1: 'the sum of |G|', l2: 'the root of the sum of G^2' }

/** Head scores before normalisation, a sample a row: `l1[layer, head]`, `l2[layer, head]`. */
export async function scoreTable(source: ExportSource, chosen: Chosen): Promise<Table> {
  const { run, filter } = chosen
  const { norms } = await source.library.columnFacts(run.id)
  const ids = await chosenIds(source, chosen)
  const { layers, heads } = run.model
  const scores = norms.map((norm): Column => ({
    name: norm,
    type: 'float32',
    shape: [layers, heads],
    meaning: `GMAR score of each head before normalisation, [layer, head] from 0: ${SUMS[norm]} over its attention map, G being the gradient of the explained logit.`,
  }))
  return {
    what: 'scores',
    columns: [...SAMPLE_COLUMNS, ...scores],
    about: aboutExport(source.program, source.project, run, filter),
    total: ids.length,
    async *blocks() {
      for (const part of idBlocks(ids)) {
        const block = await source.library.scores(run.id, part)
        const rows = await source.library.rows(run.id, block.ids)
        const empty = () => new Float32Array(rows.length * layers * heads).fill(NaN)
        yield {
          rows: rows.length,
          read: part.length,
          values: [...sampleValues(run, rows), ...norms.map((norm) => block[norm] ?? empty())],
        }
      }
    },
  }
}
