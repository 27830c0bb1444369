/** Maps that know nothing of the model: what a method has to beat. */
import { seeded } from '@headlight/explain/random'
import type { ControlId } from '@shared/evaluation/metrics'

/**
 * `[P]`. `random` is a seeded order; `centre` a Gaussian whose sigma is a quarter of the grid's side. Single precision keeps patches
 * as far from the middle equal, which rounding in double precision tells apart (5, 5 and 7, 1 halves of a patch).
 */
export function controlMap(control: ControlId, grid: readonly [number, number], seed: number): Float32Array {
  const [rows, columns] = grid
  if (control === 'random') {
    const random = seeded(seed)
    return Float32Array.from({ length: rows * columns }, random)
  }
  const along = (place: number, side: number) => ((place - (side - 1) / 2) / (side / 4)) ** 2
  return Float32Array.from({ length: rows * columns }, (_, patch) =>
    Math.exp(-(along(Math.floor(patch / columns), rows) + along(patch % columns, columns)) / 2),
  )
}
