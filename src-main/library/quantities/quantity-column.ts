/** A quantity of samples of a run (`@shared/quantities`): where its values lie, and how they are read at once. */
import { hasHead, headsInWords } from '@headlight/explain/report'
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { CONTROLS, METRIC_VERSION, PART_METRICS } from '@shared/evaluation/metrics'
import { HeadlightError } from '@shared/errors'
import { quantityNamed, type QuantityReference } from '@shared/quantities'
import { BLOCK, blockOf, slotOf } from '../columns/blocks'
import { vectorColumnReader } from '../columns/vector-columns'
import type { FilterContext } from '../queries/filter-context'
import { checkLocalisation } from '../stored/sound-rows'
import { TAYLOR } from './head-taylor'
import { readQuantity } from './quantities'

/**
 * Values of samples, one an id, NaN for those that have none. Throws 'usage' where the run has none at all, for a head that
 * the model does not have, and for a map that there is not.
 */
export function quantityColumn(context: Asked, reference: QuantityReference, ids: Uint32Array): Float32Array {
  return 'map' in reference ? mapColumn(context, reference, ids) : headColumn(context, reference, ids)
}

type Asked = Pick<FilterContext, 'files' | 'run' | 'stop'>
type OfHead = Extract<QuantityReference, { head: number }>
type OfMap = Extract<QuantityReference, { map: string }>

function headColumn({ files, run, stop }: Asked, { quantity, layer, head }: OfHead, ids: Uint32Array): Float32Array {
  const { model } = run
  if (!hasHead(model, layer, head))
    throw new HeadlightError(
      'usage',
      `The model has ${headsInWords(model)}, counted from 0, not head(${layer},${head}).`,
    )
  const read = vectorColumnReader(files.cache, run.id, TAYLOR)
  if (read === null) throw absent(quantity)
  const blocks = new Map<number, Float32Array | null>()
  const values = new Float32Array(ids.length).fill(NaN)
  ids.forEach((id, i) => {
    const block = blockOf(id)
    let column = blocks.get(block)
    if (column === undefined) {
      stop()
      column = read(block, layer * model.heads + head)
      blocks.set(block, column)
    }
    // Samples behind the column's last one have none.
    values[i] = column?.[slotOf(id)] ?? NaN
  })
  return values
}

const isMeasure = (name: string): name is (typeof PART_METRICS.localisation)[number] =>
  PART_METRICS.localisation.some((each) => each === name)

/** How the run's own maps lie on masks was measured when they were made; everything else by an evaluation. */
function mapColumn(context: Asked, { quantity, map }: OfMap, ids: Uint32Array): Float32Array {
  checkMap(map)
  const column =
    isMeasure(quantity) && context.run.definition.methods.includes(map as MethodId)
      ? localisationColumn(context, quantity, map, ids)
      : evaluatedColumn(context, quantity, map, ids)
  if (column === null) throw absent(quantity)
  return column
}

function localisationColumn(
  { files, run, stop }: Asked,
  measure: (typeof PART_METRICS.localisation)[number],
  method: string,
  ids: Uint32Array,
): Float32Array | null {
  checkLocalisation(files.cache, run.id)
  const isMeasured = files.cache.prepare(`SELECT 1 FROM localisation WHERE run_id = ? AND method = ? LIMIT 1`)
  if (isMeasured.get(run.id, method) === undefined) return null
  let [least, greatest] = [Infinity, -Infinity]
  for (const id of ids) {
    least = Math.min(least, id)
    greatest = Math.max(greatest, id)
  }
  const byId = new Float32Array(Math.max(0, greatest - least + 1)).fill(NaN)
  const rows = files.cache
    .prepare<(number | string)[], [number, number]>(
      `SELECT sample_id, ${measure} FROM localisation WHERE run_id = ? AND method = ? AND sample_id BETWEEN ? AND ?`,
    )
    .raw()
  let read = 0
  for (const [id, value] of rows.iterate(run.id, method, least, greatest)) {
    if (read++ % BLOCK === 0) stop()
    byId[id - least] = value
  }
  return ids.length === 0 ? new Float32Array() : Float32Array.from(ids, (id) => byId[id - least]!)
}

interface Evaluated {
  id: number
  settings: string
}

/** Of several settings, 20 steps before others and those of the last evaluation before former ones. */
function evaluatedColumn({ files, run }: Asked, metric: string, map: string, ids: Uint32Array): Float32Array | null {
  const found = files.cache
    .prepare<[number, string, number, string], Evaluated>(
      `SELECT id, settings FROM quantity
       WHERE run_id = ? AND name = ? AND version = ? AND json_extract(settings, '$.method') = ? ORDER BY id DESC`,
    )
    .all(run.id, metric, METRIC_VERSION, map)
  const chosen = found.find(({ settings }) => (JSON.parse(settings) as { steps?: number }).steps === 20) ?? found[0]
  return chosen === undefined ? null : (readQuantity(files.cache, chosen.id, ids) as Float32Array)
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
