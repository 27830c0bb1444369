/** The operators of the certificate's double-precision graph compute what ONNX Runtime's own single-precision ones compute. */
import { describe, expect, it } from 'vitest'
import { differentiableOps } from '../autodiff/registry'
import { gradientCases as cases } from '../autodiff/testing/cases'
import type { GradientCase } from '../autodiff/testing/gradient-case'
import { caseGraph, relativeError, sampleValues, traceCase } from '../autodiff/testing/gradient-check'
import type { Tensor } from '../onnx/tensor'
import { writeModel } from '../onnx/write'
import { quickRuntime } from '../testing/runtimes'
import { rewrittenForDouble } from './double-kernels'
import { suffixGraph } from './suffix-graph'

const load = quickRuntime

/** The outputs of two samples, in single precision by the case's own graph and in double precision as the certificate runs it. */
async function bothWays(test: GradientCase): Promise<[number[], number[]]> {
  const { graph, output } = caseGraph(test, 'float32')
  const { facts } = await traceCase(test, graph, load)
  const samples = test.fixedBatch ? [1] : [1, 2]
  const values = samples.flatMap((sample) => sampleValues(test, sample))
  const dims = [samples.length, values.length / samples.length]
  const run = async (file: ReturnType<typeof writeModel>, x: Tensor) => {
    const loaded = await load(file)
    try {
      return Array.from((await loaded.run({ x }, [output]))[output]!.data as Float64Array, Number)
    } finally {
      await loaded.release()
    }
  }
  const own = await run(writeModel(graph), { type: 'float32', dims, data: Float32Array.from(values) })
  const double = suffixGraph(graph, facts, ['x'], [output], true)
  return [own, await run(writeModel(double.graph), { type: 'float64', dims, data: Float64Array.from(values) })]
}

describe('every operator that is rewritten', () => {
  it('has cases', () => expect(rewrittenForDouble.filter((op) => !cases.some((test) => test.op === op))).toEqual([]))

  const rewritten = cases.filter(({ op }) => rewrittenForDouble.includes(op))
  it.each(rewritten.map((test) => [`${test.op}, ${test.name}`, test] as const))('%s', async (_, test) => {
    const [own, double] = await bothWays(test)
    expect(relativeError(double, own)).toBeLessThan(2e-6)
  })
})

it('operators with a gradient rule run in double precision, but for these', { timeout: 60_000 }, async () => {
  const without: string[] = []
  for (const op of differentiableOps.filter((each) => !rewrittenForDouble.includes(each))) {
    await bothWays(cases.find((test) => test.op === op)!).catch(() => without.push(op))
  }
  expect(without).toEqual(['Acos', 'Asin', 'Atan'])
})
