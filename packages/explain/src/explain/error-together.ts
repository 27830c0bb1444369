/** All heads at once against finite differences: four runs of the model, where one head after the other takes hundreds. */
import type { LoadedGraph } from '../onnx/run-graph'
import { elementCount, type Tensor } from '../onnx/tensor'
import type { PerturbableGraph } from './perturbable-graph'
import { seeded } from './random'
import type { WeighedHead } from './weighed-heads'

/** What a perturbed model is run with. */
export interface TogetherRun {
  loaded: LoadedGraph
  graph: PerturbableGraph
  /** The values of its frontier, in double precision. */
  feeds: Readonly<Record<string, Tensor>>
  /** Shapes of the attentions, by value. */
  dimsOf: (value: string) => readonly number[]
  /** The output that the explained scalar is made of. */
  output: string
  /** y of that output. */
  scalar: (output: ArrayLike<number>) => number
  signal?: AbortSignal
  /** Called with the output as it is without a step, but for what a step of 1e-5 changes in the second order. */
  onOutput: (output: Float64Array) => void
}

/** The first at which the error is small enough counts: one may be too large for a bend, another too small beside the rounding of y. */
const STEPS = [1e-7, 1e-5, 1e-9] as const
/** An error of one head by itself could be at right angles to one direction. */
const DIRECTIONS = 2
/** Half of the limit: heads are looked at one by one from here on. */
const ENOUGH = 5e-5

/**
 * Random signs D_h for all entries of all heads, each head's divided by its scale, so that no head hides behind a stronger one:
 * |(y(A + e D) - y(A - e D)) / 2e - sum <G_h, D_h>| is what the errors of the heads, each relative to its own gradient, add up to. Gives the
 * largest over two directions, or null where it is not far below the limit of a single head.
 */
export async function errorTogether(
  heads: readonly WeighedHead[],
  { loaded, graph, feeds, dimsOf, output, scalar, signal, onOutput }: TogetherRun,
): Promise<number | null> {
  const strongest = Math.max(...heads.map(({ scale }) => scale))
  let worst = 0
  let steps: readonly number[] = STEPS
  for (let seed = 1; seed <= DIRECTIONS; seed++) {
    const { directions, slope } = directionOf(heads, strongest, dimsOf, seed)
    const outputAt = async (step: number) => {
      signal?.throwIfAborted()
      const moved = Object.fromEntries(
        [...graph.steps].map(([value, name]) => {
          const { dims, data } = directions.get(value)!
          return [name, { type: 'float64' as const, dims, data: data.map((entry) => step * entry) }]
        }),
      )
      return (await loaded.run({ ...feeds, ...moved }, [output]))[output]!.data as Float64Array
    }
    let found: { error: number; step: number } | null = null
    for (const step of steps) {
      const [plus, minus] = [await outputAt(step), await outputAt(-step)]
      if (seed === 1 && step === STEPS[0]) onOutput(plus.map((value, at) => (value + minus[at]!) / 2))
      const error = Math.abs((scalar(plus) - scalar(minus)) / (2 * step) - slope) / strongest
      if (error < ENOUGH) {
        found = { error, step }
        break
      }
    }
    if (!found) return null
    worst = Math.max(worst, found.error)
    steps = [found.step]
  }
  return worst
}

/** One direction over all heads, in units of the strongest head's, and what G says of it. */
function directionOf(
  heads: readonly WeighedHead[],
  strongest: number,
  dimsOf: TogetherRun['dimsOf'],
  seed: number,
): { directions: Map<string, { dims: number[]; data: Float64Array }>; slope: number } {
  const directions = new Map<string, { dims: number[]; data: Float64Array }>()
  const random = seeded(seed)
  let slope = 0
  for (const { value, gradient, width, place, rows, scale } of heads) {
    if (!directions.has(value)) {
      const dims = [...dimsOf(value)]
      directions.set(value, { dims, data: new Float64Array(elementCount(dims)) })
    }
    const { data } = directions.get(value)!
    for (let row = 0, at = 0; at < gradient.length; row++) {
      const size = (strongest / scale) * rows[row]!
      for (let column = 0; column < width; column++, at++) {
        const entry = random() < 0.5 ? -size : size
        slope += gradient[at]! * entry
        data[place(at)] = entry
      }
    }
  }
  return { directions, slope }
}
