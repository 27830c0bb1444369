import type { Database } from 'better-sqlite3'
import type { RunInfo } from '@shared/api'
import { METRIC_VERSION, PART_METRICS } from '@shared/evaluation/metrics'
import { QUANTITIES, quantityOf, writeQuantity } from '@shared/quantities'

/** Quantities of maps that a run has values of, as filters write them, in the order of the registry. */
export function mapQuantities(cache: Database, { id, definition }: RunInfo): string[] {
  const evaluated = cache
    .prepare<[number, number], { name: string; map: string }>(
      `SELECT DISTINCT name, json_extract(settings, '$.method') AS map FROM quantity
       WHERE run_id = ? AND version = ? AND map IS NOT NULL ORDER BY id`,
    )
    .all(id, METRIC_VERSION)
  const isMeasured = cache.prepare(`SELECT 1 FROM localisation WHERE run_id = ? AND method = ? LIMIT 1`)
  const own = new Set<string>(definition.methods)
  const measured = definition.methods.filter((method) => isMeasured.get(id, method) !== undefined)
  const known = [
    ...PART_METRICS.localisation.flatMap((name) =>
      measured.map((map) => ({ name: name as string, map: map as string })),
    ),
    // Of the run's own maps, what was measured when they were made counts.
    ...evaluated.filter(({ name, map }) => !MEASURES.has(name) || !own.has(map)),
  ]
  return QUANTITIES.flatMap(({ name }) =>
    known.flatMap((each) => {
      const reference = each.name === name ? quantityOf(name, each.map) : null
      return reference === null ? [] : [writeQuantity(reference)]
    }),
  )
}

const MEASURES: ReadonlySet<string> = new Set(PART_METRICS.localisation)
