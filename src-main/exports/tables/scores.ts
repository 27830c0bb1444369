import type { HeadCounts } from '@headlight/explain/report'
import { aboutExport } from '../about'
import { type Chosen, chosenIds, type ExportSource, idBlocks } from '../source'
import type { Column, Table } from '../table'
import { SAMPLE_COLUMNS, sampleValues } from './sample-columns'

const ATTENTION_MAP = 'G being the gradient of the explained logit'
const MEANINGS = {
  l1: `GMAR score of each head before normalisation: the sum of |G| over its attention map, ${ATTENTION_MAP}`,
  l2: `GMAR score of each head before normalisation: the root of the sum of G^2 over its attention map, ${ATTENTION_MAP}`,
  taylor: `The sum of A o G over the attention map A of each head, ${ATTENTION_MAP}: what the logit loses per share of the head's output that is taken away`,
}
type ScoreName = keyof typeof MEANINGS

/**
 * Head scores before normalisation, a sample a row: `l1[layer, head]`, `l2[layer, head]`, and sum A o G, `taylor[layer, head]`; where layers have different
 * numbers of heads a column a layer, `l1_0[head]`, `l1_1[head]`. As single values both are `l1_LAYER_HEAD`.
 */
export async function scoreTable(source: ExportSource, chosen: Chosen): Promise<Table> {
  const { run, filter } = chosen
  const { norms, taylor } = await source.library.samples.columnFacts({ runId: run.id })
  const names: ScoreName[] = [...norms, ...(taylor ? (['taylor'] as const) : [])]
  const ids = await chosenIds(source, chosen)
  const { layers, heads, layerHeads } = run.model
  const scores = names.flatMap((name) => scoreColumns(name, run.model))
  return {
    what: 'scores',
    columns: [...SAMPLE_COLUMNS, ...scores],
    about: aboutExport(source.program, source.project, run, filter),
    total: ids.length,
    async *blocks() {
      for (const part of idBlocks(ids)) {
        const block = await source.library.samples.scores({ runId: run.id, ids: part })
        const rows = await source.library.samples.rows({ runId: run.id, ids: block.ids })
        const empty = () => new Float32Array(rows.length * layers * heads).fill(NaN)
        yield {
          rows: rows.length,
          read: part.length,
          values: [
            ...sampleValues(run, rows),
            ...names.flatMap((name) => {
              const values = block[name] ?? empty()
              return layerHeads ? layerByLayer(values, heads, layerHeads) : [values]
            }),
          ],
        }
      }
    },
  }
}

function scoreColumns(score: ScoreName, { layers, heads, layerHeads }: HeadCounts): Column[] {
  const column = (name: string, shape: number[], axes: string): Column => ({
    ...{ name, type: 'float32', shape },
    meaning: `${MEANINGS[score]}. ${axes}.`,
  })
  return layerHeads
    ? layerHeads.map((count, layer) => column(`${score}_${layer}`, [count], `[head] from 0, of layer ${layer}`))
    : [column(score, [layers, heads], '[layer, head] from 0')]
}

/** `[rows, heads of the layer]` of each layer. */
function layerByLayer(values: Float32Array, heads: number, layerHeads: readonly number[]): Float32Array[] {
  const width = heads * layerHeads.length
  return layerHeads.map((count, layer) =>
    Float32Array.from({ length: (values.length / width) * count }, (_, at) => {
      return values[Math.floor(at / count) * width + layer * heads + (at % count)]!
    }),
  )
}
