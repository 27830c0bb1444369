import type { LocalisationDifference, MeasureDifference, RunInfo } from '@shared/api'
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import type { ProjectFiles } from '../project/project-files'
import type { SampleCondition } from '../samples/sample-condition'
import { checkLocalisation } from '../stored/sound-rows'
import { comparable, stratifiedCohenD, type Stratum, vanElterenP } from './stratified'
import { benjaminiHochberg, cohenD, mannWhitneyP } from './two-groups'

const MEASURES = ['pointing', 'energy', 'iou'] as const
type Measure = (typeof MEASURES)[number]

interface Row extends Record<Measure, number> {
  method: MethodId
  label: number | null
}

/** The values of one measure of one method, by label; all under one key where labels are not looked at. */
type Values = Map<number, number[]>
type Group = Map<MethodId, Record<Measure, Values>>

const ALL = -1

/**
 * How well maps find the object in two groups of samples: each measure of each method compared as head weights are
 * (docs/STATISTICS.md: Cohen's d, Mann-Whitney p, Benjamini-Hochberg q over all that are shown). Stratified, samples are compared
 * with those of the same label only. Methods without values in both groups are left out.
 */
export function localisationDifference(
  project: ProjectFiles,
  run: RunInfo,
  groups: readonly [SampleCondition, SampleCondition],
  stratified: boolean,
  stop: () => void,
): LocalisationDifference[] {
  checkLocalisation(project.cache, run.id)
  const [a, b] = groups.map((condition) => readGroup(project, condition, stratified, stop)) as [Group, Group]
  const differences = METHOD_IDS.flatMap((method): LocalisationDifference[] => {
    const [ofA, ofB] = [a.get(method), b.get(method)]
    if (!ofA || !ofB) return []
    const strata = (measure: Measure) => strataOf(ofA[measure], ofB[measure])
    const [countA, countB] = (['a', 'b'] as const).map((side) => size(strata('iou'), side)) as [number, number]
    if (countA === 0 || countB === 0) return []
    const measured = (measure: Measure) => compare(strata(measure), stratified)
    return [
      { method, countA, countB, pointing: measured('pointing'), energy: measured('energy'), iou: measured('iou') },
    ]
  })
  const tests = differences.flatMap((difference) => MEASURES.map((measure) => difference[measure]))
  const q = benjaminiHochberg(tests.map(({ p }) => p))
  tests.forEach((test, index) => (test.q = q[index]!))
  return differences
}

function readGroup(project: ProjectFiles, condition: SampleCondition, byLabel: boolean, stop: () => void): Group {
  const rows = project.cache
    .prepare<(string | number)[], Row>(
      `SELECT l.method, r.label, l.pointing, l.energy, l.iou
       FROM run_sample r JOIN localisation l ON l.run_id = r.run_id AND l.sample_id = r.sample_id
       WHERE ${condition.sql}`,
    )
    .iterate(...condition.parameters)
  const group: Group = new Map()
  for (const row of rows) {
    stop()
    // Within labels, a sample without one is compared with nothing.
    if (byLabel && row.label === null) continue
    const key = byLabel ? (row.label ?? ALL) : ALL
    const found = group.get(row.method) ?? { pointing: new Map(), energy: new Map(), iou: new Map() }
    group.set(row.method, found)
    for (const measure of MEASURES) {
      const values = found[measure].get(key) ?? []
      found[measure].set(key, values)
      values.push(row[measure])
    }
  }
  return group
}

function strataOf(a: Values, b: Values): Stratum[] {
  const strata = [...a].map(([key, values]) => ({
    a: Float64Array.from(values),
    b: Float64Array.from(b.get(key) ?? []),
  }))
  return comparable(strata)
}

const size = (strata: readonly Stratum[], side: 'a' | 'b') =>
  strata.reduce((sum, stratum) => sum + stratum[side].length, 0)

/** q is not known yet: it depends on all tests. */
function compare(strata: readonly Stratum[], stratified: boolean): MeasureDifference {
  const joined = (side: 'a' | 'b') => Float64Array.from(strata.flatMap((stratum) => [...stratum[side]]))
  const [a, b] = [joined('a'), joined('b')]
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    meanA: mean(a),
    meanB: mean(b),
    cohenD: stratified ? stratifiedCohenD(strata) : cohenD(a, b),
    p: stratified ? vanElterenP(strata) : mannWhitneyP(a, b),
    q: NaN,
  }
}
