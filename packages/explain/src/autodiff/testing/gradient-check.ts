/** Gradients of a small graph, by its rules and by finite differences of the graph itself. */
import { GraphBuilder } from '../../onnx/builder'
import { isFloat, type Facts } from '../../onnx/facts'
import { Graph } from '../../onnx/graph'
import type { LoadedGraph, LoadGraph } from '../../onnx/run-graph'
import { elementCount, type Tensor } from '../../onnx/tensor'
import { traceGraph } from '../../onnx/trace'
import { writeModel } from '../../onnx/write'
import { differentiate, type RuleLookup } from '../differentiate'
import type { GradientCase, Operand } from './gradient-case'

type Precision = 'float32' | 'float64'

/** Distance of a sample point from the centre. */
const STEP = { float64: 1e-3, float32: 2e-2 } as const
/** Limits of the relative error: rounding of the rules' graph in float32, and of differences in float32. */
export const TOLERANCE = { float64: 1e-5, float32: 5e-4 } as const

export interface Gradients {
  /** Of every operand of one sample, one after the other. */
  values: number[]
  /** Shapes of the gradients at batch 1; null where none arrives. */
  dims: (number[] | null)[]
}

interface CaseGraph {
  graph: Graph
  operands: string[]
  output: string
}

const sizeOf = ({ dims }: Operand) => elementCount(dims)
const inputSize = ({ operands }: GradientCase) => operands.reduce((sum, operand) => sum + sizeOf(operand), 0)

/** The graph of a case in one precision: its operands are slices of the one input `x`, `[batch, size]`. */
export function caseGraph(test: GradientCase, type: Precision): CaseGraph {
  const graph = new Graph()
  graph.opsets.set('', test.opset ?? 17)
  graph.inputs = [{ name: 'x', type, dims: [test.fixedBatch ? 1 : 'batch', inputSize(test)] }]
  const g = new GraphBuilder(graph, 'case')
  g.floatType = type
  let start = 0
  const operands = test.operands.map((operand) => {
    const end = start + sizeOf(operand)
    const part = g.slice('x', [start], [end], [1])
    start = end
    return shaped(g, part, operand, test.fixedBatch ?? false)
  })
  const output = test.build(g, operands)
  graph.outputs = [{ name: output, type: 'unknown', dims: [] }]
  return { graph, operands, output }
}

/** `[batch, size]` as the operand's shape. */
function shaped(g: GraphBuilder, part: string, { dims, batchAxis = 0 }: Operand, fixed: boolean): string {
  if (fixed) return g.reshape(part, dims)
  const first = [batchAxis, ...dims.map((_, axis) => axis).filter((axis) => axis !== batchAxis)]
  const moved = g.reshape(
    part,
    first.map((axis, position) => (position === 0 ? -1 : dims[axis]!)),
  )
  if (batchAxis === 0) return moved
  return g.transpose(
    moved,
    dims.map((_, axis) => first.indexOf(axis)),
  )
}

/** The input values of sample `sample`. */
export function sampleValues(test: GradientCase, sample: number): number[] {
  const random = normals(sample * 1000 + 17)
  return test.operands.flatMap(({ dims, values = (normal) => normal }) =>
    Array.from({ length: elementCount(dims) }, (_, index) => values(random(), index)),
  )
}

/** What the rules say, batch by batch: the gradients of each sample of each batch. */
export async function gradientsByRule(
  test: GradientCase,
  load: LoadGraph,
  batches: number[][][],
  rules?: RuleLookup,
): Promise<Gradients[][]> {
  const { graph, operands, output } = caseGraph(test, 'float32')
  const { facts } = await traceCase(test, graph, load)
  const { dims, batchAxis } = facts.get(output)!
  graph.inputs.push({ name: 'seed', type: 'float32', dims: dims.map((_, axis) => `seed.${axis}`) })
  const g = new GraphBuilder(graph, 'backward')
  const found = differentiate(g, facts, { output, seed: 'seed', targets: operands }, rules)
  const reached = operands.filter((operand) => found.get(operand))
  const fetches = reached.map((operand) => g.op('Identity', [found.get(operand)!]))
  graph.outputs = fetches.map((name) => ({ name, type: 'unknown', dims: [] }))
  graph.prune()
  const run = async ({ run }: Pick<LoadedGraph, 'run'>, samples: number[][]) => {
    const seed = join(
      samples.map(() => seedOf(dims)),
      dims,
      batchAxis,
    )
    const outputs = await run({ x: inputOf(samples, 'float32'), seed }, fetches)
    return samples.map((_, sample) => {
      const parts = operands.map((operand) => {
        const fact = facts.get(operand)!
        const name = fetches[reached.indexOf(operand)]
        if (!name) return { dims: null, values: Array.from({ length: elementCount(fact.dims) }, () => 0) }
        return part(outputs[name]!, fact.batchAxis, samples.length, sample)
      })
      return { values: parts.flatMap((each) => each.values), dims: parts.map((each) => each.dims) }
    })
  }
  // A graph without outputs cannot be loaded; where no gradient arrives there is nothing to run.
  const nothing: Pick<LoadedGraph, 'run'> = { run: () => Promise.resolve({}) }
  const loaded = fetches.length > 0 ? await load(writeModel(graph)) : null
  try {
    const results: Gradients[][] = []
    for (const batch of batches) results.push(await run(loaded ?? nothing, batch))
    return results
  } finally {
    await loaded?.release()
  }
}

/** Central differences of fourth order of the weighted sum of the output, for every input value of one sample. */
export async function gradientsByDifferences(test: GradientCase, load: LoadGraph, sample: number[]): Promise<number[]> {
  const type = test.single ? 'float32' : 'float64'
  const { graph, output } = caseGraph(test, type)
  const offsets = [1, -1, 2, -2].map((factor) => factor * STEP[type])
  const points = sample.flatMap((_, at) =>
    offsets.map((offset) => sample.map((value, index) => (index === at ? value + offset : value))),
  )
  const loaded = await load(writeModel(graph))
  const losses: number[] = []
  try {
    const run = async (batch: number[][]) => (await loaded.run({ x: inputOf(batch, type) }, [output]))[output]!
    const { dims } = await run([sample])
    const seed = seedOf(dims)
    for (const batch of test.fixedBatch ? points.map((point) => [point]) : [points]) {
      const result = await run(batch)
      const batchAxis = test.fixedBatch ? null : result.dims.findIndex((dim, axis) => dim !== dims[axis])
      batch.forEach((_, index) => losses.push(dot(part(result, batchAxis, batch.length, index).values, seed)))
    }
  } finally {
    await loaded.release()
  }
  return sample.map((_, at) => {
    const [plus, minus, plus2, minus2] = losses.slice(4 * at, 4 * at + 4) as [number, number, number, number]
    return (8 * (plus - minus) - (plus2 - minus2)) / (12 * STEP[type])
  })
}

/** Largest absolute difference over the largest absolute value (at least 1e-3). */
export function relativeError(found: readonly number[], wanted: readonly number[]): number {
  if (found.length !== wanted.length) return Infinity
  const difference = wanted.reduce((maximum, value, at) => {
    const each = Math.abs(value - found[at]!)
    return each > maximum || Number.isNaN(each) ? each : maximum
  }, 0)
  return difference / wanted.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 1e-3)
}

/** Shapes and types of the values of a case. */
export function traceCase(test: GradientCase, graph: Graph, load: LoadGraph): Promise<{ facts: Facts }> {
  const samples = [sampleValues(test, 5), sampleValues(test, 6)]
  return traceGraph(graph, (batch) => inputOf(samples.slice(0, batch), 'float32'), load)
}

function inputOf(samples: number[][], type: Precision): Tensor {
  const values = samples.flat()
  const data = type === 'float32' ? Float32Array.from(values) : Float64Array.from(values)
  return { type, dims: [samples.length, samples[0]!.length], data }
}

/** The fixed weight of an element of the output: no two are alike. */
export const seedWeight = (at: number): number => 0.3 + Math.sin(1.7 * at + 0.4)

const seedOf = (dims: number[]) => Array.from({ length: elementCount(dims) }, (_, at) => seedWeight(at))

/** Samples of one shape as one float32 tensor, along the batch axis. */
function join(samples: number[][], dims: number[], batchAxis: number | null): Tensor {
  if (batchAxis === null) return { type: 'float32', dims, data: Float32Array.from(samples[0]!) }
  const inner = elementCount(dims.slice(batchAxis))
  const outer = elementCount(dims.slice(0, batchAxis))
  const data = Array.from({ length: outer }, (_, o) =>
    samples.map((values) => values.slice(o * inner, (o + 1) * inner)),
  ).flat(2)
  const joined = dims.map((dim, axis) => (axis === batchAxis ? dim * samples.length : dim))
  return { type: 'float32', dims: joined, data: Float32Array.from(data) }
}

/** One of `count` samples of a tensor, and its shape. */
function part({ data, dims, type }: Tensor, batchAxis: number | null, count: number, sample: number) {
  if (!isFloat(type)) throw new TypeError(`a gradient of type ${type}`)
  const all = Array.from(data as Float32Array, Number)
  if (batchAxis === null) return { dims, values: all }
  const inner = elementCount(dims.slice(batchAxis)) / count
  const outer = elementCount(dims.slice(0, batchAxis))
  const values = Array.from({ length: outer }, (_, o) =>
    all.slice((o * count + sample) * inner, (o * count + sample + 1) * inner),
  ).flat()
  return { dims: dims.map((dim, axis) => (axis === batchAxis ? dim / count : dim)), values }
}

const dot = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)

/** Standard normal numbers, the same for the same seed (Box-Muller over a hash of the position). */
function normals(seed: number): () => number {
  let at = seed
  const uniform = () => {
    const value = Math.sin(++at * 12.9898) * 43758.5453
    return value - Math.floor(value)
  }
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
}
