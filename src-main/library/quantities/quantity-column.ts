/** A quantity of every sample of a run (`@shared/quantities`): where its values lie, and how they are read at once. */
import { hasHead, headsInWords } from '@headlight/explain/report'
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { CONTROLS, METRIC_VERSION } from '@shared/evaluation/metrics'
import { HeadlightError } from '@shared/errors'
import { quantityNamed, type QuantityReference } from '@shared/quantities'
import { BLOCK, blockOf } from '../columns/blocks'
import type { RunColumns } from '../columns/run-columns'
import { vectorColumnReader } from '../columns/vector-columns'
import type { FilterContext } from '../queries/filter-context'
import { checkLocalisation } from '../stored/sound-rows'
import { TAYLOR } from './head-taylor'
import { readQuantity } from './quantities'

/**
 * Values by index of the columns, NaN for samples that have none. Throws 'usage' where the run has none at all, for a head that
 * the model does not have, and for a map that there is not.
 */
export function quantityColumn(context: FilterContext, reference: QuantityReference): Float32Array {
  return 'map' in reference ? mapColumn(context, reference) : headColumn(context, reference)
}

type OfHead = Extract<QuantityReference, { head: number }>
type OfMap = Extract<QuantityReference, { map: string }>

function headColumn({ files, run, columns, stop }: FilterContext, { quantity, layer, head }: OfHead): Float32Array {
  const { model } = run
  if (!hasHead(model, layer, head))
    throw new HeadlightError(
      'usage',
      `The model has ${headsInWords(model)}, counted from 0, not head(${layer},${head}).`,
    )
  const read = vectorColumnReader(files.cache, run.id, TAYLOR)
  if (read === null) throw absent(quantity)
  const values = noValues(columns)
  for (const block of new Set(columns.ids.map(blockOf))) {
    stop()
    read(block, layer * model.heads + head)?.forEach((value, slot) => {
      const index = columns.indexOf(block * BLOCK + slot)
      if (index >= 0) values[index] = value
    })
  }
  return values
}

const MEASURES = ['pointing', 'energy', 'iou'] as const

/** How the run's own maps lie on masks was measured when they were made; everything else by an evaluation. */
function mapColumn(context: FilterContext, { quantity, map }: OfMap): Float32Array {
  const { run } = context
  checkMap(map)
  const measure = MEASURES.find((each) => each === quantity)
  const column =
    measure && run.definition.methods.includes(map as MethodId)
      ? localisationColumn(context, measure, map)
      : evaluatedColumn(context, quantity, map)
  if (column === null) throw absent(quantity)
  return column
}

function localisationColumn(
  { files, run, columns }: FilterContext,
  measure: (typeof MEASURES)[number],
  method: string,
): Float32Array | null {
  checkLocalisation(files.cache, run.id)
  const rows = files.cache
    .prepare<[number, string], [number, number]>(
      `SELECT sample_id, ${measure} FROM localisation WHERE run_id = ? AND method = ?`,
    )
    .raw()
  const values = noValues(columns)
  let any = false
  for (const [id, value] of rows.iterate(run.id, method)) {
    any = true
    const index = columns.indexOf(id)
    if (index >= 0) values[index] = value
  }
  return any ? values : null
}

interface Evaluated {
  id: number
  settings: string
}

/** Of several settings, 20 steps before others and those of the last evaluation before former ones. */
function evaluatedColumn({ files, run, columns }: FilterContext, metric: string, map: string): Float32Array | null {
  const found = files.cache
    .prepare<[number, string, number, string], Evaluated>(
      `SELECT id, settings FROM quantity
       WHERE run_id = ? AND name = ? AND version = ? AND json_extract(settings, '$.method') = ? ORDER BY id DESC`,
    )
    .all(run.id, metric, METRIC_VERSION, map)
  const chosen = found.find(({ settings }) => (JSON.parse(settings) as { steps?: number }).steps === 20) ?? found[0]
  return chosen === undefined ? null : (readQuantity(files.cache, chosen.id, columns.ids) as Float32Array)
}

function checkMap(map: string): void {
  const [method, control] = map.split(':')
  const isMethod = METHOD_IDS.includes(method as MethodId)
  if (control === undefined ? isMethod || CONTROLS.includes(map as (typeof CONTROLS)[number]) : isMethod) return
  throw new HeadlightError(
    'usage',
    `There is no map ${map}; maps are ${METHOD_IDS.join(', ')}, and the controls ${CONTROLS.join(' and ')}.`,
  )
}

function absent(quantity: string): HeadlightError {
  return new HeadlightError('usage', quantityNamed(quantity)!.absent)
}

const noValues = ({ ids }: RunColumns) => new Float32Array(ids.length).fill(NaN)
