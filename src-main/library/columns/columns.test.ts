/** Columns answer as a plain scan of the rows does: for every kind of filter, order and statistic, sealed or not. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BatchResult } from '@shared/batch-result'
import type { HeadGroup, RunInfo } from '@shared/api'
import { normals, seeded } from '@headlight/explain/random'
import { definitionOf, model } from '../library-fixture'
import { Project } from '../project/project'
import { commitBatch } from '../run/commit-batch'
import { enrolSamples } from '../run/enrol-samples'
import { ensureRun, readRun } from '../run/run-records'
import { Queries } from '../queries/queries'
import { compileFilter } from '../samples/testing/compile-filter'
import { ensureDataset, registerSamples } from '../samples/sample-keys'
import { headWeights } from '../statistics/head-weights'
import { cohenD, mannWhitneyP } from '../statistics/two-groups'
import { registerHeadWeight } from '../samples/testing/sql-head-weight'
import { float32 } from '../typed-blobs'
import { sealStaleBlocks } from './seal-blocks'

const N = 9000
const folder = mkdtempSync(join(tmpdir(), 'headlight-columns-'))
let project: Project
let queries: Queries
let run: RunInfo
const stop = () => undefined

/** 9,000 samples in three blocks: listed backwards, every 50th failed, every 7th without a label; the last block open. */
beforeAll(async () => {
  project = Project.create(join(folder, 'P.headlight'))
  registerHeadWeight(project.cache)
  const root = join(folder, 'images')
  const datasetId = ensureDataset(project, root)
  const samples = Array.from({ length: N }, (_, i) => ({
    path: `c${i % 3}/${String(N - i).padStart(5, '0')}.png`,
    label: `c${i % 3}`,
    split: null,
    location: join(root, `${i}.png`),
    mask: null,
    metadata: null,
  }))
  const registered = await registerSamples(project, datasetId, root, samples, null)
  const runId = ensureRun(project, datasetId, definitionOf(root), model, null)
  const enrolled = registered.map(({ id, location }, i) => ({
    id,
    file: location,
    label: i % 7 === 0 ? null : i % 3,
    datasetLabel: `c${i % 3}`,
    split: i % 5 === 0 ? null : i % 2 === 0 ? 'train' : 'val',
    mask: null,
  }))
  enrolSamples(project, runId, enrolled.toReversed(), null)
  run = readRun(project, runId)
  const ids = registered.map(({ id }) => id).slice(0, N - 10)
  for (let start = 0; start < ids.length; start += 500)
    commitBatch(project, run, results(ids.slice(start, start + 500)))
  run = readRun(project, runId)
  queries = new Queries(project)
})
afterAll(async () => {
  await project.close()
  rmSync(folder, { recursive: true })
})

/** Scores with ties, layers of zeros, one that is no number, and every 50th sample failed. */
function results(ids: number[]): BatchResult {
  const done = ids.filter((id) => id % 50 !== 0)
  const n = done.length
  const seed = ids[0]!
  const numbers = (size: number, offset: number) =>
    [...normals(n * size, seeded(seed + offset))].map((value, i) => (i % 11 === 0 ? 0.5 : Math.abs(value)))
  const headL1 = Float32Array.from(numbers(4, 1))
  const headL2 = Float32Array.from(numbers(4, 2))
  headL1.fill(0, 8, 10)
  headL1[20] = NaN
  const confidence = numbers(1, 3).map((value) => Math.min(1, value))
  const classes = Int32Array.from(done, (id) => (id * 7 + (id % 5)) % 3)
  return {
    ids: Uint32Array.from(done),
    width: new Uint32Array(n),
    height: new Uint32Array(n),
    bytes: new Float64Array(n),
    hash: done.map(String),
    prediction: classes,
    target: classes,
    topK: 1,
    topClass: classes,
    topLogit: new Float32Array(n),
    topProbability: Float32Array.from(confidence),
    layers: 2,
    heads: 2,
    grid: [2, 3],
    headL1,
    headL2,
    headTaylor: Float32Array.from(normals(4 * n, seeded(seed + 4))),
    maps: [],
    attention: null,
    localisation: [],
    unmeasured: [],
    errors: ids.filter((id) => id % 50 === 0).map((id) => ({ id, code: 'unreadable-image', message: 'cut off' })),
    timing: { decodeMs: 0, inferMs: 0 },
  }
}

/** The same question, asked of the rows. They stay the same in every state of the columns: asked once. */
const scan = once((filter: string, order: string): number[] => {
  const { sql, parameters } = compileFilter(project, run, filter)
  return project.cache
    .prepare<(string | number)[], number>(
      `SELECT r.sample_id FROM run_sample r LEFT JOIN result h USING (run_id, sample_id) WHERE ${sql} ORDER BY ${order}`,
    )
    .pluck()
    .all(...parameters)
})

/** Weights of the samples of a filter, straight from their stored scores. */
const scanWeights = once((filter: string, norm: 'l1' | 'l2'): Float64Array[] => {
  const read = project.cache
    .prepare<[number], Buffer | null>(`SELECT head_${norm} FROM result WHERE sample_id = ?`)
    .pluck()
  return scan(`${filter} error:false`, 'r.sample_id').flatMap((id) => {
    const scores = read.get(id)
    return (scores && headWeights(float32(scores), { heads: 2 })) ?? []
  })
})

const scanTaylor = once((filter: string): Float32Array[] => {
  const read = project.cache.prepare<[number], Buffer>(`SELECT numbers FROM vector_value WHERE sample_id = ?`).pluck()
  return scan(`${filter} error:false`, 'r.sample_id').flatMap((id) => {
    const numbers = read.get(id)
    return numbers === undefined ? [] : [float32(numbers)]
  })
})

function once<A extends string[], T>(ask: (...question: A) => T): (...question: A) => T {
  const answers = new Map<string, T>()
  return (...question) => {
    const key = JSON.stringify(question)
    const answer = answers.get(key) ?? ask(...question)
    answers.set(key, answer)
    return answer
  }
}

const FILTERS = [
  '',
  'label:Shirt',
  '-label:Coat pred:Bag,Coat',
  'class:Coat,2 split:train',
  '-split:VAL label:Bag',
  'correct:true',
  '-correct:true',
  'error:true',
  'conf>0.5',
  'conf<=0.5',
  'conf=0.5',
  'not conf>0.25',
  'path:c2/00',
  'head(0,0)>0.5',
  'head(0,0)>=0.5',
  'head(0,0)=0.5',
  'head(1,1)<0.1',
  '-head(1,0)<=0.3 label:Shirt',
  'head(0,1)>-1',
  'head(0,1)<2',
  'head(1,1)>0.123456789',
  'taylor(0,0)>0.25',
  'taylor(1,1)<=-1',
  '-taylor(1,0)<0 label:Shirt',
]
const exactly = ['head(0,1)', 'head(1,0)'].flatMap((head) =>
  ['<', '<=', '>', '>=', '='].map((sign) => ({ head, sign })),
)

describe.each(['in part', 'from rows alone', 'in columns again'])('columns %s', (state) => {
  beforeAll(() => {
    if (state === 'from rows alone')
      project.cache.exec(`UPDATE run_block SET weighed = 0, columns = NULL, revision = revision + 1`)
    if (state === 'in columns again')
      for (const step of sealStaleBlocks(project.cache, run)) expect(step).toBeUndefined()
  })

  test('are where they should be', () => {
    const sealed = project.cache.prepare(`SELECT weighed FROM run_block ORDER BY block`).pluck().all()
    expect(sealed).toEqual(state === 'from rows alone' ? [0, 0, 0] : [1, 1, 0])
  })

  test.each(FILTERS)('find for %j what the rows say', (filter) => {
    const { ids, total } = queries.query(stop, run, filter, 'path', false)
    expect([...ids]).toEqual(scan(filter, 'r.position'))
    expect(total).toBe(N)
    expect(ids.length).toBeGreaterThan(0)
  })

  test.each(exactly)('compare $head $sign with the very weight of a sample', ({ head, sign }) => {
    const weight = scanWeights('conf>0.99', 'l1')[5]?.[head === 'head(0,1)' ? 1 : 2]
    const filter = `${head}${sign}${weight}`
    expect([...queries.query(stop, run, filter, 'path', false).ids]).toEqual(scan(filter, 'r.position'))
  })

  test.each([
    ['confidence', 'r.confidence'],
    ['label', 'r.label'],
    ['prediction', 'r.prediction'],
    ['correct', 'r.correct'],
    ['error', 'CASE r.state WHEN 2 THEN 0 END'],
    ['taylor(1,0)', `(SELECT float_at(v.numbers, 2) FROM vector_value v WHERE v.sample_id = r.sample_id)`],
    ['head(1,0)', `CAST(head_weight(h.head_l1, 2, 'null', 1, 0) * 16777216 AS INTEGER)`],
  ] as const)('sort by %s in both directions', (sort, expression) => {
    for (const [descending, direction] of [
      [false, 'ASC'],
      [true, 'DESC'],
    ] as const) {
      const wanted = scan('conf>0.2', `${expression} ${direction} NULLS LAST, r.position`)
      expect([...queries.query(stop, run, 'conf>0.2', sort, descending).ids]).toEqual(wanted)
    }
  })

  test.each(['', 'conf>0.3', 'head(0,0)>0.4 correct:false'])('count the facets of %j', (filter) => {
    const { labels, predictions, correct, wrong, errors } = queries.facets(stop, run, filter)
    const count = (term: string) => scan(`${filter} ${term}`, 'r.position').length
    expect(labels.map(({ name, count }) => [name, count])).toEqual(
      ['Coat', 'Shirt', 'Bag'].map((name, i) => [name, count(`label:${i}`)]),
    )
    expect(predictions.map((facet) => facet.count)).toEqual(
      [0, 1, 2].map((i) => count(`pred:${i}`)).filter((n) => n > 0),
    )
    expect({ correct, wrong, errors }).toEqual({
      correct: count('correct:true'),
      wrong: count('correct:false'),
      errors: count('error:true'),
    })
  })

  test.each(['l1', 'l2'] as const)('sum up %s weights to 2^-24, quantiles to the bin', (norm) => {
    // Few large groups are summed up, many small ones gathered first.
    for (const filter of ['', 'conf>0.95']) {
      const { groups } = queries.headStatistics(stop, run, 'class', filter, norm)
      expect(groups.length).toBeGreaterThan(1)
      for (const group of groups) compareWithScan(group, scanWeights(`${filter} label:${group.key}`, norm))
    }
    for (const filter of ['label:2 conf>0.5', 'label:1 conf>0.99']) {
      const { groups } = queries.headStatistics(stop, run, 'all', filter, norm)
      for (const group of groups) compareWithScan(group, scanWeights(filter, norm))
    }
  })

  test('sum up sum A o G, quantiles to 1,024 of its range', () => {
    for (const filter of ['', 'conf>0.95']) {
      const { groups } = queries.headStatistics(stop, run, 'class', filter, 'taylor')
      expect(groups).toHaveLength(3)
      for (const group of groups) {
        const rows = scanTaylor(`${filter} label:${group.key}`)
        expect(group.count).toBe(rows.length)
        for (let head = 0; head < 4; head++) {
          const column = Float64Array.from(rows, (row) => row[head]!).sort()
          const mean = column.reduce((sum, value) => sum + value, 0) / column.length
          const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0)
          expect(group.mean[head]).toBeCloseTo(mean, 5)
          expect(group.std[head]).toBeCloseTo(Math.sqrt(squares / (column.length - 1)), 4)
          const other = head % 2 === 0 ? head + 1 : head - 1
          const first = rows.filter((row) => Math.abs(row[head]!) > Math.abs(row[other]!)).length
          expect(group.topShare[head]).toBeCloseTo(first / rows.length, 6)
          const bin = (column.at(-1)! - column[0]!) / 1024
          const between = [column[Math.ceil(column.length / 2) - 1]!, column[Math.ceil(column.length / 2)]!]
          expect(group.quantiles[2 * 4 + head]).toBeGreaterThan(between[0]! - bin)
          expect(group.quantiles[2 * 4 + head]).toBeLessThan(between[1]! + bin)
        }
      }
    }
  })

  test('compare sum A o G of two groups, of all samples and within labels', () => {
    const [a, b] = [scanTaylor('label:Coat'), scanTaylor('conf>0.5')]
    const difference = queries.headDifference(stop, run, 'label:Coat', 'conf>0.5', 'taylor')
    for (let i = 0; i < 4; i++) {
      const [x, y] = [a, b].map((rows) => Float64Array.from(rows, (row) => row[i]!))
      expect(difference.cohenD[i]).toBeCloseTo(cohenD(x!, y!), 5)
      expect(difference.p[i]).toBeCloseTo(mannWhitneyP(x!, y!), 5)
    }
    expect(queries.headDifference(stop, run, 'correct:true', 'correct:false', 'taylor', true).strata).toBe(3)
  })

  test('compare two groups as their stored scores do', () => {
    const difference = queries.headDifference(stop, run, 'label:Coat', 'conf>0.5', 'l1')
    const [a, b] = [scanWeights('label:Coat', 'l1'), scanWeights('conf>0.5', 'l1')]
    expect([difference.countA, difference.countB]).toEqual([a.length, b.length])
    for (let i = 0; i < 4; i++) {
      const [x, y] = [a, b].map((samples) => Float64Array.from(samples, (weights) => weights[i]!))
      expect(difference.cohenD[i]).toBeCloseTo(cohenD(x ?? new Float64Array(), y ?? new Float64Array()), 5)
      expect(difference.p[i]).toBeCloseTo(mannWhitneyP(x ?? new Float64Array(), y ?? new Float64Array()), 5)
    }
  })
})

test('answers about all samples are kept until one changes', () => {
  const ask = () => {
    const statistics = queries.headStatistics(stop, run, 'correct', '', 'l1')
    return [queries.facets(stop, run, ''), statistics, queries.headStatistics(stop, run, 'all', '', 'l1')] as const
  }
  const before = ask()
  ask().forEach((answer, i) => expect(answer).toBe(before[i]))
  const id = scan('correct:true', 'r.position')[0]!
  project.cache.prepare(`UPDATE run_sample SET state = 2, correct = NULL WHERE sample_id = ?`).run(id)
  const [facets, correct, all] = ask()
  expect(facets.correct).toBe(before[0].correct - 1)
  expect(correct.groups.map(({ count }) => count)).toEqual(before[1].groups.map(({ count }, i) => count - i))
  expect(all.groups[0]?.count).toBe((before[2].groups[0]?.count ?? 0) - 1)
})

function compareWithScan(group: HeadGroup, samples: Float64Array[]): void {
  expect(group.count).toBe(samples.length)
  for (let i = 0; i < 4; i++) {
    const column = samples.map((weights) => weights[i]!)
    const mean = column.reduce((sum, weight) => sum + weight, 0) / column.length
    const spread = column.reduce((sum, weight) => sum + (weight - mean) ** 2, 0)
    const firsts = samples.filter((weights) => {
      const layer = [...weights.subarray(i - (i % 2), i - (i % 2) + 2)]
      return layer.indexOf(Math.max(...layer)) === i % 2
    })
    expect(Math.abs(group.mean[i]! - mean)).toBeLessThan(2 ** -23)
    expect(Math.abs(group.std[i]! - Math.sqrt(spread / (column.length - 1)))).toBeLessThan(2 ** -22)
    expect(group.topShare[i]).toBe(Math.fround(firsts.length / samples.length))
    const sorted = column.toSorted((x, y) => x - y)
    ;[0.05, 0.25, 0.5, 0.75, 0.95].forEach((q, row) => {
      const exact = sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!
      expect(Math.abs(group.quantiles[row * 4 + i]! - exact)).toBeLessThan(1 / 1024)
    })
  }
}
