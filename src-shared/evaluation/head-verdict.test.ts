import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import type { AblatedSample } from './ablation-summary'
import { resample } from './bootstrap'
import { evaluateHeads, type HeadEvaluation } from './head-evaluation'
import { MEASURES } from './head-criteria'
import { headVerdict } from './head-verdict'

const PLACES = [0, 1].flatMap((layer) => [0, 1, 2].map((head) => ({ layer, head })))

/** Samples whose heads have these effects and these L1 scores, with a noise of their own. */
async function evaluated(effects: number[], scores: number[], n: number, noise: number): Promise<HeadEvaluation> {
  const random = seeded(4)
  const samples = Array.from({ length: n }, (_, at): AblatedSample => {
    const measures = new Float32Array(MEASURES * PLACES.length)
    scores.forEach((score, head) => (measures[head] = score * (1 + 0.01 * random())))
    const lost = effects.map((effect) => Math.max(0, effect + (random() - 0.5) * noise))
    return {
      label: at % 2,
      unchanged: { predicted: 0, logit: 5, probability: 0.9 },
      measures,
      without: {
        logit: Float32Array.from(lost, (value) => 5 - value),
        probability: new Float32Array(6).fill(0.8),
        prediction: new Float32Array(6),
      },
    }
  })
  const found = await evaluateHeads('zero', samples, PLACES, resample(n, seeded(15)), async () => undefined)
  return { ...found, asked: n, pruning: {} }
}

test('a head that is clearly first, and a score that knew it', async () => {
  const scores = [6, 2, 1, 5, 4, 3]
  const evaluation = await evaluated([0.9, 0.2, 0.1, 0.5, 0.4, 0.3], scores, 60, 0.1)
  const said = headVerdict(evaluation, 'images of Shirt', 'l1')
  expect(said[0]).toMatch(
    /^Without head 0 of layer 0 the logit .* by 0\.9\d? \(0\.\d+, 0\.\d+\) on average over 60 images of Shirt\.$/,
  )
  expect(said[1]).toMatch(
    /^It comes first in 100 % of the resamples; next is head 0 of layer 1 with 0\.5\d, told from it by /,
  )
  expect(said[2]).toBe('The raw score (L1) has it 1st of all 6 heads and 1st of the 3 in its layer: it knew.')
  expect(said[3]).toMatch(/^Over all heads it agrees with the effect by a Spearman of 1\.00 .*: a good sign\.$/)
  expect(evaluation.byClass.map(({ key, n }) => [key, n])).toEqual([
    ['0', 30],
    ['1', 30],
  ])
  expect(evaluation.byOutcome.map(({ key }) => key)).toEqual(['correct', 'wrong'])
})

test('two heads that are not told apart leave it open; a score that is wrong did not know', async () => {
  const evaluation = await evaluated([0.5, 0.49, 0.1, 0.2, 0.3, 0.15], [1, 2, 6, 5, 4, 3], 20, 0.6)
  const said = headVerdict(evaluation, 'images', 'l1')
  expect(said[1]).toMatch(/^It comes first in only \d+ % of the resamples: .* is not told from it .* is open\.$/)
  expect(said[2]).toMatch(/it did not know\.$/)
  expect(said[3]).toMatch(/a sign that points the wrong way|not told from no sign at all/)
  expect(said.at(-1)).toMatch(/^20 images are few/)
})

test('nothing is claimed from one image, and nothing said of none', async () => {
  const one = await evaluated([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], 1, 0)
  expect(headVerdict(one, 'images', 'l1')).toEqual([
    'A single image says nothing about a head in general: nothing is claimed.',
  ])
  expect(headVerdict({ ...one, n: 0 }, 'images', 'l1')).toEqual([])
})
