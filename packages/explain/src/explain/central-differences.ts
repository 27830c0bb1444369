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
  /** Largest error that rounding of y alone makes; left out where the first step showed that rounding does not matter. */
  noise?: number
}

/** How differences are taken in a precision; steps are in units of the random direction (standard normal entries). */
interface Differences {
  /** The first is taken for every head, further ones for those whose error is not below `enough`. */
  steps: readonly [number, ...number[]]
  /** Only where rounding is too much at all of `steps`: the slopes of a bounded y go to 0 with larger steps, as if it had none. */
  larger: readonly number[]
  /** An error that rounding would not make by chance. */
  enough: number
  /** Noise above this is said, and taken off the error: half of the limit. */
  drowned: number
  /** The smallest step that changes an attention, whose entries are below 1, by more than its rounding. */
  tiny: number
  /** The last digit of y, relative to it: rounding that is always there. */
  epsilon: number
}

const DIFFERENCES: Record<'float64' | 'float32', Differences> = {
  /**
   * A maximum or a Relu may bend within a larger step, a gradient that is tiny beside y drowns in rounding at a smaller one (layer
   * scales of 1e-6, as an EdgeNeXt begins with), and a gradient that is wrong is wrong at any step.
   */
  float64: {
    steps: [1e-5, 1e-7, 1e-9, 1e-3],
    larger: [1e-2, 1e-1, 1, 1e1, 1e2, 1e3, 1e4],
    enough: 2e-5,
    drowned: 5e-5,
    tiny: 1e-16,
    epsilon: 2 ** -52,
  },
  /** Rounding counts less at larger steps; where y bends, smaller ones are right. No error is small enough to tell by itself. */
  float32: { steps: [2e-3, 8e-3, 3.2e-2], larger: [], enough: 0, drowned: 2.5e-2, tiny: 1e-7, epsilon: 2 ** -25 },
}
/** Heads whose rounding is measured, and steps for each. */
const MEASURED = { heads: 3, factors: [1, -1, 2, -2, 3, -3] } as const
/** Standard deviations of the rounding that count as noise. */
const DEVIATIONS = 3

/** Whether rounding of y is too much for a head at every step. */
export const isDrowned = ({ noise }: SlopeCheck, precision: 'float64' | 'float32'): boolean =>
  noise !== undefined && noise > DIFFERENCES[precision].drowned

/**
 * The best of several steps, among those at which rounding counts for less than half of the limit: the rounding of y is measured.
 * Where it is too much for a head at all of them, the noise is taken off the error and said; larger steps then count as far as y is
 * straight.
 */
export async function slopeErrors(
  evaluate: Evaluate,
  predictions: readonly Prediction[],
  precision: 'float64' | 'float32',
): Promise<SlopeCheck[]> {
  const { steps, larger, enough, drowned } = DIFFERENCES[precision]
  const heads = [...predictions.keys()]
  const errorOf = (head: number, slope: number) => Math.abs(slope - predictions[head]!.slope) / predictions[head]!.scale
  const first = (await slopesAt(evaluate, heads, steps[0])).map((slope, head) => errorOf(head, slope))
  const checks: SlopeCheck[] = first.map((error) => ({ error }))
  // An error that is not a number stays one.
  const left = heads.filter((head) => first[head]! >= enough)
  if (left.length === 0) return checks
  const rounding = await roundingOf(evaluate, predictions, DIFFERENCES[precision])
  const noiseAt = (head: number, step: number) =>
    (DEVIATIONS * rounding) / (Math.SQRT2 * step * predictions[head]!.scale)
  const clear = (head: number, step: number) => noiseAt(head, step) <= drowned
  for (const head of left) {
    checks[head] = { error: clear(head, steps[0]) ? first[head]! : Infinity, noise: noiseAt(head, steps[0]) }
  }
  for (const step of steps.slice(1)) {
    const again = left.filter((head) => checks[head]!.error >= enough && clear(head, step))
    const slopes = await slopesAt(evaluate, again, step)
    for (const [at, head] of again.entries()) {
      const error = errorOf(head, slopes[at]!)
      if (!(error >= checks[head]!.error)) checks[head] = { error, noise: noiseAt(head, step) }
    }
  }
  const hidden = left.filter((head) => !steps.some((step) => clear(head, step)))
  const tried: { step: number; slopes: number[] }[] = []
  for (const step of [steps.at(-1)!, ...larger]) tried.push({ step, slopes: await slopesAt(evaluate, hidden, step) })
  for (const [at, head] of hidden.entries()) {
    const ofHead = tried.map(({ step, slopes }) => ({ slope: slopes[at]!, noise: noiseAt(head, step) }))
    const { slope, noise } = ofHead[straightUpTo(ofHead, predictions[head]!.scale)]!
    const error = errorOf(head, slope)
    // Where every gradient is 0 errors have no measure, and nothing is taken off.
    checks[head] = { error: noise > drowned && noise < Infinity ? Math.max(0, error - noise) : error, noise }
  }
  return checks
}

/**
 * The last of some steps up to which y is straight, as far as rounding tells: the next step gives the same slope. What G says has no
 * part in this.
 */
function straightUpTo(tried: readonly { slope: number; noise: number }[], scale: number): number {
  const bent = tried.findIndex(({ slope, noise }, at) => {
    const next = tried[at + 1]
    return !next || !(Math.abs(next.slope - slope) / scale <= noise)
  })
  return Math.max(0, bent - 1)
}

/** Central differences along the directions of some heads. */
async function slopesAt(evaluate: Evaluate, heads: readonly number[], size: number): Promise<number[]> {
  if (heads.length === 0) return []
  const values = await evaluate(heads.flatMap((head) => [size, -size].map((step) => ({ head, step }))))
  return heads.map((_, at) => (values[2 * at]! - values[2 * at + 1]!) / (2 * size))
}

/**
 * The standard deviation of the rounding of y: of its values around their mean after steps that change it by no more than its last
 * digit. Where a gradient is tiny beside y, steps that are as tiny for every head would not change how it is rounded.
 */
async function roundingOf(
  evaluate: Evaluate,
  predictions: readonly Prediction[],
  { steps, tiny, epsilon }: Differences,
): Promise<number> {
  const [y] = await evaluate([{ head: 0, step: 0 }])
  const lastDigit = Math.abs(y!) * epsilon
  const values = await evaluate(
    predictions.slice(0, MEASURED.heads).flatMap(({ scale }, head) => {
      const step = Math.min(Math.max(tiny, lastDigit / scale), steps.at(-1)!)
      return MEASURED.factors.map((factor) => ({ head, step: factor * step }))
    }),
  )
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  // A y that does not change at all is rounded all the same.
  return Math.max(Math.sqrt(square), lastDigit)
}
