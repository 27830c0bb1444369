/** Central differences of functions that are rounded as single precision rounds, or that bend. */
import { expect, it } from 'vitest'
import { isDrowned, slopeErrors, type Evaluate, type Prediction } from './central-differences'

/** y = 7 + slope of the head x step, in single precision. */
const rounded =
  (slopes: readonly number[]): Evaluate =>
  (steps) =>
    Promise.resolve(steps.map(({ head, step }) => Math.fround(7 + slopes[head]! * step)))

const errorsInSingle = (evaluate: Evaluate, of: Prediction[]) => slopeErrors(evaluate, of, 'float32')
const errorsInDouble = (evaluate: Evaluate, of: Prediction[]) => slopeErrors(evaluate, of, 'float64')

const said = (slopes: readonly number[], scales = slopes) =>
  slopes.map((slope, head) => ({ slope, scale: Math.abs(scales[head]!) }))

it('right slopes pass in single precision, weak ones with the noise that was taken off', async () => {
  const slopes = [3, -0.02, 1e-5]
  const [strong, weak, drowned] = await errorsInSingle(rounded(slopes), said(slopes))
  expect(strong!.error).toBeLessThan(1e-3)
  expect(strong!.noise).toBeLessThan(2.5e-2)
  expect(weak!.error).toBeLessThan(1e-2)
  expect(weak!.noise).toBeLessThan(2.5e-2)
  expect(drowned!.error).toBeLessThan(5e-2)
  expect(drowned!.noise).toBeGreaterThan(2.5e-2)
  expect([strong, weak, drowned].map((check) => isDrowned(check!, 'float32'))).toEqual([false, false, true])
})

it('slopes that are a fifth off are caught where rounding leaves it visible', async () => {
  const slopes = [3, -0.02]
  const wrong = said(
    slopes.map((slope) => 1.2 * slope),
    slopes,
  )
  for (const { error } of await errorsInSingle(rounded(slopes), wrong)) expect(error).toBeGreaterThan(0.15)
  for (const { error } of await errorsInDouble(rounded([3, -2]), said([3.6, -2.4], [3, -2])))
    expect(error).toBeGreaterThan(0.15)
})

it('a slope that is not a number stays one', async () => {
  const [check] = await errorsInSingle(rounded([NaN]), said([1]))
  expect(check!.error).toBeNaN()
})

it('a bend within the first step does not count in double precision', async () => {
  const bent: Evaluate = (steps) => Promise.resolve(steps.map(({ step }) => 2 * step + Math.max(0, step - 4e-6)))
  const [check] = await errorsInDouble(bent, said([2]))
  expect(check!.error).toBeLessThan(1e-6)
  const [wrong] = await errorsInDouble(bent, said([2.1], [2]))
  expect(wrong!.error).toBeGreaterThan(1e-2)
})

it('a slope that is tiny beside y is seen in double precision, and so is a wrong one', async () => {
  const tiny: Evaluate = (steps) => Promise.resolve(steps.map(({ step }) => 7 + 1e-8 * step))
  const [check] = await errorsInDouble(tiny, said([1e-8]))
  expect(check!.error).toBeLessThan(1e-4)
  const [wrong] = await errorsInDouble(tiny, said([1.01e-8], [1e-8]))
  expect(wrong!.error).toBeGreaterThan(5e-3)
})

it('a bend that is close by does not count, and a wrong slope beside it does', async () => {
  // Within 1e-7, not within 1e-9: a Relu behind a large slope.
  const bent: Evaluate = (steps) =>
    Promise.resolve(steps.map(({ step }) => 18 + 2e3 * (step + Math.max(0, step - 1e-8))))
  const [check] = await errorsInDouble(bent, said([2e3]))
  expect(check!.error).toBeLessThan(1e-5)
  const [wrong] = await errorsInDouble(bent, said([2.002e3], [2e3]))
  expect(wrong!.error).toBeGreaterThan(5e-4)
})

it('a slope that is below the rounding of y at small steps is seen at a large one, and so is a wrong one', async () => {
  const fresh: Evaluate = (steps) => Promise.resolve(steps.map(({ step }) => 0.2 + 4e-14 * step))
  const [check] = await errorsInDouble(fresh, said([4e-14]))
  expect(check!.error).toBeLessThan(1e-4)
  expect(isDrowned(check!, 'float64')).toBe(false)
  const [wrong] = await errorsInDouble(fresh, said([4.04e-14], [4e-14]))
  expect(wrong!.error).toBeGreaterThan(5e-3)
})

it('a slope that rounding hides at every step says so, and how much is hidden', async () => {
  const slopes = [1, 1e-17]
  const evaluate: Evaluate = (steps) => Promise.resolve(steps.map(({ head, step }) => 7 + slopes[head]! * step))
  const [strong, drowned] = await errorsInDouble(evaluate, said(slopes))
  expect(isDrowned(strong!, 'float64')).toBe(false)
  expect(isDrowned(drowned!, 'float64')).toBe(true)
  // A step of 1,000 changes y by 1e-14, its rounding is some 4e-16.
  expect(drowned!.noise).toBeGreaterThan(1e-2)
})

it('a slope that was lost does not pass where y is bounded, however large the steps', async () => {
  const bounded: Evaluate = (steps) => Promise.resolve(steps.map(({ step }) => Math.tanh(100 * step)))
  const [lost] = await errorsInDouble(bounded, [{ slope: 0, scale: 100 }])
  expect(lost!.error).toBeGreaterThan(0.5)
})
