/** Slopes of y along the direction of each head, by central differences, against what G says. */

/** A step along the direction of a head. */
export interface Step {
  head: number
  step: number
}

/** Gives y after each of some steps. */
export type Evaluate = (steps: readonly Step[]) => Promise<number[]>

/** What G says of a head. */
export interface Prediction {
  /** <G, D>. */
  slope: number
  /** What errors are relative to. */
  scale: number
}

export interface SlopeCheck {
  /** |central difference - slope| / scale. */
  error: number
  /** Largest error that rounding of y alone makes; single precision only. */
  noise?: number
}

/** Steps in units of the random direction (standard normal entries). */
const STEP = { float64: 1e-5, float32: 2e-3 } as const
/**
 * In float64 a head with an error above `error` is looked at again with these shares of the step: a maximum or a Relu may bend
 * within a larger one, a gradient that is tiny beside y drowns in rounding at a smaller one (a layer scale of 1e-5, as a
 * CaiT begins with), and a gradient that is wrong is wrong at any step.
 */
const AGAIN = { error: 2e-5, shares: [1e-2, 1e2] } as const
/** In float32 larger steps are tried, since rounding counts less there; where y bends, smaller ones are right. */
const FACTORS = [1, 4, 16]
/** Steps that are far below what changes y, but for its rounding. */
const TINY = [1e-7, -1e-7, 2e-7, -2e-7, 3e-7, -3e-7]
/** Heads whose rounding is measured. */
const MEASURED = 3
/** Standard deviations of the rounding that count as noise. */
const DEVIATIONS = 3
/** Noise above this is said, and taken off the error: half of the limit in float32. */
export const DROWNED = 2.5e-2

/** In double precision, where rounding hardly matters. */
export async function errorsInDouble(evaluate: Evaluate, predictions: readonly Prediction[]): Promise<SlopeCheck[]> {
  const errors = await errorsAt(evaluate, predictions, [...predictions.keys()], STEP.float64)
  for (const share of AGAIN.shares) {
    const again = [...errors.keys()].filter((head) => errors[head]! > AGAIN.error)
    const found = await errorsAt(evaluate, predictions, again, STEP.float64 * share)
    again.forEach((head, at) => (errors[head] = Math.min(errors[head]!, found[at]!)))
  }
  return errors.map((error) => ({ error }))
}

/**
 * In single precision: the best of several steps, since rounding spoils small ones and curvature large ones. The rounding
 * of y is measured; where it is too much for a head at every step, its share of the error is taken off and said as `noise`.
 */
export async function errorsInSingle(evaluate: Evaluate, predictions: readonly Prediction[]): Promise<SlopeCheck[]> {
  const heads = [...predictions.keys()]
  const rounding = await roundingOf(evaluate, heads.slice(0, MEASURED))
  const tried: SlopeCheck[][] = []
  for (const factor of FACTORS) {
    const step = STEP.float32 * factor
    const errors = await errorsAt(evaluate, predictions, heads, step)
    const noiseOf = (head: number) => (DEVIATIONS * rounding) / (Math.SQRT2 * step * predictions[head]!.scale)
    tried.push(errors.map((error, head) => ({ error, noise: noiseOf(head) })))
  }
  return heads.map((head) => {
    const checks = tried.map((of) => of[head]!)
    if (checks.some(({ error }) => Number.isNaN(error))) return { error: NaN }
    const clear = checks.filter(({ noise }) => noise! <= DROWNED)
    if (clear.length > 0) return clear.reduce((best, check) => (check.error < best.error ? check : best))
    const { error, noise } = checks.at(-1)!
    return { error: Math.max(0, error - noise!), noise }
  })
}

async function errorsAt(
  evaluate: Evaluate,
  predictions: readonly Prediction[],
  heads: readonly number[],
  size: number,
) {
  const values =
    heads.length > 0 ? await evaluate(heads.flatMap((head) => [size, -size].map((step) => ({ head, step })))) : []
  return heads.map((head, at) => {
    const { slope, scale } = predictions[head]!
    return Math.abs((values[2 * at]! - values[2 * at + 1]!) / (2 * size) - slope) / scale
  })
}

/** The standard deviation of the rounding of y: of its values around their mean after tiny steps. */
async function roundingOf(evaluate: Evaluate, heads: readonly number[]): Promise<number> {
  const values = await evaluate(heads.flatMap((head) => TINY.map((step) => ({ head, step }))))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  // A y that does not change at all is rounded all the same.
  return Math.max(Math.sqrt(square), Math.abs(mean) * 2 ** -25)
}
