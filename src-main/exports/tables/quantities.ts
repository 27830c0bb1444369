import { HeadlightError } from '@shared/errors'
import { quantityNamed, readQuantity } from '@shared/quantities'
import type { RunColumnFacts } from '../../library/samples/result-blocks'
import type { ExportSource } from '../source'
import type { Column } from '../table'

/** Samples whose quantities are read at a time. */
const AT_A_TIME = 65_536

/** Quantities that were asked for, `all` for those that the run has of maps. Throws 'usage' for what is none. */
export function namedQuantities(asked: readonly string[], { quantities }: RunColumnFacts): string[] {
  const names = asked.flatMap((name) => (name === 'all' ? quantities : [name]))
  const unknown = names.find((name) => readQuantity(name) === null)
  if (unknown === undefined) return [...new Set(names)]
  throw new HeadlightError('usage', `There is no quantity ${unknown}; write it as in a filter, such as iou(gmar_l1).`)
}

export function quantityColumns(names: readonly string[]): Column[] {
  return names.map((name) => {
    const { meaning, of } = quantityNamed(readQuantity(name)!.quantity)!
    const about = of === 'head' ? 'sum A o G of the head: what the logit loses without it, to first order' : meaning
    return {
      name,
      type: 'float32',
      meaning: `${about[0]!.toUpperCase()}${about.slice(1)}; missing where it is not known.`,
    }
  })
}

/** Reads values `[names][kept]` of samples that stand in `ids` from `from` on, in their order; parts are asked for in the order of `ids`. */
export function quantityReader({ library }: ExportSource, runId: number, names: readonly string[], ids: Uint32Array) {
  let held: { start: number; part: Uint32Array; values: Float32Array[] } | null = null
  return async (from: number, kept: Uint32Array): Promise<Float32Array[]> => {
    if (names.length === 0) return []
    const start = from - (from % AT_A_TIME)
    if (held?.start !== start) {
      const part = ids.slice(start, start + AT_A_TIME)
      held = { start, part, values: await library.samples.quantities({ runId, ids: part, names: [...names] }) }
    }
    const { part, values } = held
    let at = from - start
    const places = Int32Array.from(kept, (id) => (at = part.indexOf(id, at)))
    return values.map((column) => Float32Array.from(places, (place) => column[place]!))
  }
}
