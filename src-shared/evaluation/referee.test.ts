import { expect, test } from 'vitest'
import { seeded } from '@headlight/explain/random'
import type { MethodId } from '@headlight/explain/methods'
import { resample } from './bootstrap'
import { evaluationCsv, evaluationLatex, evaluationTable } from './evaluation-table'
import { isCompared, type MapEvaluation } from './map-evaluation'
import { kendallW } from './ranking'
import { refereeVerdict } from './referee'
import { summarise } from './summarise'

const N = 40

/** Values around a mean for every column of every metric, each column with a noise of its own. */
function evaluated(metrics: Record<string, Record<string, number>>, n = N): MapEvaluation {
  const random = seeded(3)
  const values = Object.entries(metrics).map(([metric, columns]) => ({
    metric,
    methods: Object.entries(columns).map(([method, mean]) => ({
      method,
      values: Float64Array.from({ length: n }, () => mean + (random() - 0.5) * 0.02),
    })),
  }))
  const methods = Object.keys(Object.values(metrics)[0]!).filter((column) => !/random|centre|:/.test(column))
  const summary = summarise(n, values, resample(n, seeded(15)), isCompared)
  return { n, asked: n, methods: methods as MethodId[], summary, undefinedMetrics: [], residual: null }
}

test('Kendall’s W: one for the same order, zero for opposite ones, ties corrected', () => {
  expect(
    kendallW([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]),
  ).toBe(1)
  expect(
    kendallW([
      [1, 2, 3],
      [3, 2, 1],
    ]),
  ).toBe(0)
  // Three judges, by hand: sums 4.5, 5.5, 8; S = 6.5; W = 12 S / (9 * 24 - 3 * 6).
  expect(
    kendallW([
      [1.5, 1.5, 3],
      [1, 3, 2],
      [2, 1, 3],
    ]),
  ).toBeCloseTo((12 * 6.5) / (9 * 24 - 3 * 6), 12)
  expect(
    kendallW([
      [2, 2, 2],
      [2, 2, 2],
    ]),
  ).toBeNaN()
})

test('a method that is the same as rollout is not told from it, one that is better is', () => {
  const said = refereeVerdict(
    evaluated({
      deletion_mean: { gmar_l1: 0.2, rollout: 0.2, chefer: 0.1, random: 0.5, centre: 0.4 },
      saco: { gmar_l1: 0.7, rollout: 0.7, chefer: 0.6, random: 0, centre: 0.4 },
    }),
  )
  expect(said).toContain('GMAR (L1) is not told from plain rollout in any of the 2 metrics that say something.')
  expect(said).toContain('Chefer et al. is better than plain rollout in deletion (mean fill), and worse in SaCo.')
  expect(said.join(' ')).not.toMatch(/no method is shown/i)
  expect(said.join(' ')).toMatch(/Kendall’s W 0\.\d\d, 2 metrics, 3 methods/)
})

test('a metric whose controls nobody beats says nothing, and nothing is said of methods by it', () => {
  const said = refereeVerdict(
    evaluated({
      average_drop: { gmar_l1: 80, rollout: 90, random: 50, centre: 40 },
      saco: { gmar_l1: 0.7, rollout: 0.7, random: 0, centre: 0.4 },
    }),
  )
  expect(said[0]).toBe('In average drop no method is shown to beat both controls, so it says nothing here.')
  expect(said[1]).toBe('GMAR (L1) is not told from plain rollout in SaCo.')
  const none = refereeVerdict(evaluated({ average_drop: { gmar_l1: 80, rollout: 90, random: 50, centre: 40 } }))
  expect(none).toEqual([
    'No method is shown to beat both controls in any metric, so nothing here speaks for one of them.',
  ])
})

test('the fill that decides, maps that survive shuffling, few images, a single one, and no rollout', () => {
  const fills = refereeVerdict(
    evaluated({
      deletion_mean: { gmar_l1: 0.1, rollout: 0.2, random: 0.5, centre: 0.4 },
      deletion_blur: { gmar_l1: 0.3, rollout: 0.2, random: 0.5, centre: 0.4 },
    }),
  )
  expect(fills).toContain(
    'Which method comes first under deletion depends on the fill: GMAR (L1) under the mean, Attention rollout under the blur.',
  )
  const columns = { rollout: 0.99, raw: 0.1, 'rollout:next': 0.7, 'raw:next': 0.4 }
  expect(refereeVerdict(evaluated({ randomisation_last: columns }))[0]).toMatch(
    /^With the last block’s weights shuffled, the map of Attention rollout is no less like the original than the next/,
  )
  const saco = { saco: { gmar_l1: 0.7, chefer: 0.5, random: 0, centre: 0.4 } }
  expect(refereeVerdict(evaluated(saco))[0]).toMatch(/^Plain rollout was not evaluated/)
  expect(refereeVerdict(evaluated(saco, 6)).at(-1)).toMatch(/^6 images are few/)
  expect(refereeVerdict(evaluated(saco, 1))).toEqual(['A single image says nothing about a model: nothing is claimed.'])
})

test('the table has ranks, marks and both controls; as CSV and LaTeX too', () => {
  const evaluation = evaluated({
    deletion_mean: { gmar_l1: 0.2, rollout: 0.2, chefer: 0.1, random: 0.5, centre: 0.05 },
    randomisation_last: {
      gmar_l1: 0.9,
      rollout: 0.9,
      chefer: 0.2,
      'gmar_l1:next': 0.5,
      'rollout:next': 0.5,
      'chefer:next': 0.5,
    },
  })
  const { metrics, rows } = evaluationTable(evaluation, 'faithfulness')
  expect(metrics).toEqual([{ id: 'deletion_mean', name: 'deletion (mean fill)', better: 'lower' }])
  expect(rows.map(({ name }) => name)).toEqual([
    ...['GMAR (L1)', 'Attention rollout', 'Chefer et al.', 'random order', 'Gaussian in the middle'],
  ])
  expect(rows[2]!.cells[0]).toMatchObject({ rank: 1, told: 'better', unbeaten: ['centre'] })
  expect(rows[0]!.cells[0]).toMatchObject({ told: 'same' })
  const shuffled = evaluationTable(evaluation, 'randomisation')
  expect(shuffled.rows.map(({ cells }) => cells[0]!.unbeaten)).toEqual([['next'], ['next'], [], [], [], []])
  const csv = evaluationCsv(evaluation).trimEnd().split('\r\n')
  expect(csv).toHaveLength(1 + 5 + 6)
  expect(csv[3]).toMatch(/^deletion_mean,lower,chefer,0\.1\d*,.*,0,40,1,better,-0\.\d+,-0\.\d+,-0\.\d+,centre$/)
  const latex = evaluationLatex(evaluation)
  expect(latex).toMatch(/Chefer et al\. & \\textbf\{0\.10\d\}\$\^\{\\dagger\}\$/)
  expect(latex.match(/\\begin\{table\}/g)).toHaveLength(2)
})
