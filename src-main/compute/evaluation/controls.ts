import { seeded } from '@headlight/explain/random'
import { centreMap, randomMap } from '@shared/evaluation/control-maps'
import type { ControlId } from '@shared/evaluation/metrics'

/** `[P]`: `random` is a seeded order, `centre` a Gaussian in the middle. */
export function controlMap(control: ControlId, grid: readonly [number, number], seed: number): Float32Array {
  return control === 'random' ? randomMap(grid, seeded(seed)) : centreMap(grid)
}
