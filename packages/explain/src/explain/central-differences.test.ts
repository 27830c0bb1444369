/** Central differences of functions that are rounded as single precision rounds, or that bend. */
import { expect, it } from 'vitest'
import { DROWNED, errorsInDouble, errorsInSingle, type Evaluate } from './central-differences'

/** y = 7 + slope of the head x step, in single precision. */
const rounded =
  (slopes: readonly number[]): Evaluate =>
  (steps) =>
    Promise.resolve(steps.map(({ head, step }) => Math.fround(7 + slopes[head]! * step)))

const said = (slopes: readonly number[], scales = slopes) =>
  slopes.map((slope, head) => ({ slope, scale: Math.abs(scales[head]!) }))

it('right slopes pass in single precision, weak ones with the noise that was taken off', async () => {
  const slopes = [3, -0.02, 1e-5]
  const [strong, weak, drowned] = await errorsInSingle(rounded(slopes), said(slopes))
  expect(strong!.error).toBeLessThan(1e-3)
  expect(strong!.noise).toBeLessThan(DROWNED)
  expect(weak!.error).toBeLessThan(1e-2)
  expect(weak!.noise).toBeLessThan(DROWNED)
  expect(drowned!.error).toBeLessThan(5e-2)
  expect(drowned!.noise).toBeGreaterThan(DROWNED)
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
