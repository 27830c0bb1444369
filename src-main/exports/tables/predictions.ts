import { MARK, type SampleRow } from '@shared/api'
import { againstOf } from '@shared/target-classes'
import { isContrast } from '@shared/targets'
import type { OutcomeBlock, RunColumnFacts } from '../../library/samples/result-blocks'
import { aboutExport } from '../about'
import { type Chosen, chosenIds, type ExportSource, idBlocks } from '../source'
import type { CellValue, Column, ColumnValues, Table } from '../table'
import { detectionColumns, detectionValues } from './detections'
import { namedQuantities, quantityColumns, quantityReader } from './quantities'
import { className, SAMPLE_COLUMNS, sampleValues } from './sample-columns'

/** What the model and the reviewers said of each sample, failed ones included. */
export async function predictionTable(source: ExportSource, chosen: Chosen): Promise<Table> {
  const { run, filter } = chosen
  const { library } = source
  const { target } = run.definition
  const contrast = isContrast(target)
  const facts = await library.samples.columnFacts({ runId: run.id })
  const quantities = namedQuantities(chosen.quantities ?? [], facts)
  const ids = await chosenIds(source, chosen)
  const valuesOf = quantityReader(source, run.id, quantities, ids)
  const terms = await library.annotations.state()
  const tagNames = new Map(terms.tags.map(({ id, name }) => [id, name]))
  const verdictNames = new Map(terms.verdicts.map(({ id, name }) => [id, name]))
  return {
    what: 'predictions',
    columns: [
      ...SAMPLE_COLUMNS,
      ...outcomeColumns(facts, contrast),
      ...detectionColumns(run),
      ...quantityColumns(quantities),
      ...metadataColumns(facts),
    ],
    about: aboutExport(source.program, source.project, run, filter),
    total: ids.length,
    async *blocks() {
      let from = 0
      for (const part of idBlocks(ids)) {
        const rows = await library.samples.rows({ runId: run.id, ids: part })
        const kept = Uint32Array.from(rows, ({ id }) => id)
        const outcome = await library.samples.outcomes({ runId: run.id, ids: kept, topK: facts.topK })
        const marks = await library.annotations.marks({ ids: kept })
        const tags = rows.map((_, i) =>
          [...marks.tags.subarray(marks.starts[i], marks.starts[i + 1])].map((tag) => tagNames.get(tag) ?? ''),
        )
        const against = rows.map(({ label }, i) =>
          outcome.target[i]! < 0 ? null : againstOf(target, label, topOf(outcome, facts.topK, i)),
        )
        const values: ColumnValues[] = [
          ...sampleValues(run, rows),
          Array.from(outcome.target, (target) => className(run, target)),
          Array.from(outcome.target, (target) => (target < 0 ? null : target)),
          ...(contrast ? [against.map((index) => className(run, index)), against] : []),
          ...(facts.topK > 0 ? [outcome.topClass, outcome.topProbability, outcome.topLogit] : []),
          rows.map(({ width }) => width || null),
          rows.map(({ height }) => height || null),
          outcome.errorCode,
          rows.map(({ error }) => error),
          tags.map((names) => (names.length === 0 ? null : names.join('|'))),
          Array.from(marks.verdicts, (verdict) => verdictNames.get(verdict) ?? null),
          Array.from(marks.marks, (bits) => (bits & MARK.note) !== 0),
          ...detectionValues(run, rows),
          ...(await valuesOf(from, kept)),
          ...facts.metadata.map(({ name, type }) => metadataValues(rows, outcome, name, type)),
        ]
        from += part.length
        yield { rows: rows.length, read: part.length, values }
      }
    },
  }
}

/** The classes of the i-th sample, the most probable first. */
function topOf({ topClass }: OutcomeBlock, topK: number, i: number): number[] {
  return [...topClass.subarray(i * topK, (i + 1) * topK)].filter((index) => index >= 0)
}

function outcomeColumns({ topK }: RunColumnFacts, contrast: boolean): Column[] {
  const top: Column[] = [
    {
      name: 'top_class',
      type: 'int32',
      shape: [topK],
      meaning: 'Class indexes, the most probable first; -1 for none.',
    },
    {
      name: 'top_probability',
      type: 'float32',
      shape: [topK],
      meaning: 'Their probabilities, 0 to 1; of a regression its number and the negative.',
    },
    { name: 'top_logit', type: 'float32', shape: [topK], meaning: 'Their logits.' },
  ]
  const against: Column[] = [
    { name: 'against', type: 'text', meaning: 'Name of the class that it was explained against.' },
    { name: 'against_index', type: 'int32', meaning: 'Its class index.' },
  ]
  return [
    { name: 'target', type: 'text', meaning: 'Name of the class whose logit was explained.' },
    { name: 'target_index', type: 'int32', meaning: 'Its class index.' },
    ...(contrast ? against : []),
    ...(topK > 0 ? top : []),
    { name: 'width', type: 'int32', meaning: 'Width of the upright image, pixels.' },
    { name: 'height', type: 'int32', meaning: 'Height of the upright image, pixels.' },
    { name: 'error_code', type: 'text', meaning: 'The kind of error of a sample without a result.' },
    { name: 'error', type: 'text', meaning: 'Why the sample has no result.' },
    { name: 'tags', type: 'text', meaning: 'Tags by any reviewer, joined by |.' },
    { name: 'verdict', type: 'text', meaning: 'The verdict; the settled one where reviewers differ, else the first.' },
    { name: 'has_note', type: 'bool', meaning: 'Whether a reviewer left a note; --what annotations has the text.' },
  ]
}

/** Names from other people's tables, so that each is one of its own and a plain name in a zip file. */
function metadataColumns({ metadata }: RunColumnFacts): Column[] {
  const taken = new Set<string>()
  return metadata.map(({ name, type }) => {
    const plain = `meta.${name.replaceAll(/[/\\\p{Cc}]/gu, '_')}`
    let unique = plain
    for (let n = 2; taken.has(unique); n++) unique = `${plain} (${n})`
    taken.add(unique)
    return {
      name: unique,
      type: type === 'number' ? 'float64' : type,
      meaning: `The dataset's own column ${JSON.stringify(name)}.`,
    }
  })
}

function metadataValues(
  rows: readonly SampleRow[],
  { metadata }: OutcomeBlock,
  name: string,
  type: string,
): CellValue[] {
  return rows.map((_, i) => {
    const value = metadata[i]?.[name] ?? null
    return type === 'text' && value !== null ? String(value) : value
  })
}
