import type { MapBatch, RunInfo, SampleQuery, SampleRow } from '@shared/api'
import type { MethodId } from '@shared/methods'
import type { Example, ExampleRow } from '../figures/contact-sheet'
import type { Library } from '../runs/compute-source'

const EACH = 3

type Source = Pick<Library, 'query' | 'rows' | 'maps' | 'file'>

/**
 * The most confident right and wrong samples of every class. Chosen by confidence alone, so that the figure shows what
 * the model is surest of rather than what looks best.
 */
export async function chooseExamples(library: Source, run: RunInfo, method: MethodId): Promise<ExampleRow[]> {
  const [correct, wrong] = await Promise.all([
    byLabel(library, run.id, 'correct:true'),
    byLabel(library, run.id, 'correct:false'),
  ])
  const labels = [...correct.keys()].sort((a, b) => a - b)
  return Promise.all(
    labels.map(async (label) => ({
      label: run.definition.labels[label] ?? String(label),
      correct: await load(library, run.id, method, correct.get(label) ?? []),
      wrong: await load(library, run.id, method, wrong.get(label) ?? []),
    })),
  )
}

/** The surest samples of each label that match the filter. */
async function byLabel(library: Source, runId: number, filter: string): Promise<Map<number, SampleRow[]>> {
  const query: SampleQuery = { runId, filter, sort: 'confidence', descending: true }
  const { ids } = await library.query(query)
  const groups = new Map<number, SampleRow[]>()
  for (const row of await library.rows(runId, ids)) {
    if (row.label === null) continue
    const group = groups.get(row.label) ?? []
    if (group.length < EACH) group.push(row)
    groups.set(row.label, group)
  }
  return groups
}

async function load(library: Source, runId: number, method: MethodId, rows: SampleRow[]): Promise<Example[]> {
  if (rows.length === 0) return []
  const maps = await library.maps(
    runId,
    Uint32Array.from(rows, ({ id }) => id),
    method,
  )
  const examples = await Promise.all(
    rows.map(async (row) => {
      const relevance = mapOf(maps, row.id)
      return relevance && { row, relevance, grid: maps.grid, file: (await library.file(runId, row.id)).file }
    }),
  )
  return examples.filter((example) => example !== null)
}

function mapOf({ ids, values, grid }: MapBatch, id: number): Float32Array | null {
  const index = ids.indexOf(id)
  const patches = grid[0] * grid[1]
  return index < 0 ? null : values.subarray(index * patches, (index + 1) * patches)
}
