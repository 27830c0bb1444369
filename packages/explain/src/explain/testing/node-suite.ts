/** ONNX's own node tests: single operators against central differences, as the whole program reads and rewrites them. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fromBinary } from '@bufbuild/protobuf'
import { TensorProtoSchema, type TensorProto } from 'onnx-buf'
import { HeadlightError } from '../../errors'
import { differentiate } from '../../autodiff/differentiate'
import { GraphBuilder } from '../../onnx/builder'
import { decomposeFused } from '../../onnx/decompose/index'
import { isFloat } from '../../onnx/facts'
import { toFloat32 } from '../../onnx/float16'
import type { Graph } from '../../onnx/graph'
import { hasFloat16, liftFloat16 } from '../../onnx/lift-float16'
import { decodeTensor, elementTypeOf } from '../../onnx/proto-tensor'
import { parseModel } from '../../onnx/read'
import { resolveSequences } from '../../onnx/resolve-sequences'
import type { LoadGraph } from '../../onnx/run-graph'
import { elementCount, float32, type ElementType, type Tensor } from '../../onnx/tensor'
import { traceFeeds } from '../../onnx/trace'
import { writeModel } from '../../onnx/write'
import { refuseByOperators } from '../discover'
import { once } from '../once'
import { refuseRandomness } from '../refuse-randomness'

/** One case of the fixture: bytes in base64. */
export interface NodeCase {
  name: string
  model: string
  inputs: Record<string, string>
  /** d(weighted sum of all outputs) at some positions of each floating-point input; absent where none was measured. */
  gradients?: Record<string, { at: number[]; d: number[] }>
}

/** What became of a case; 'forward' is right without gradients that anything could be compared with. */
export interface Outcome {
  kind: 'right' | 'forward' | 'refused' | 'wrong' | 'crash'
  detail: string
}

/** The cases of a fixture as onnx-node-tests.py writes it. */
export function readNodeCases(file: string): { onnx: string; cases: NodeCase[] } {
  const [head, ...lines] = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  const { onnx } = JSON.parse(head!) as { onnx: string }
  return { onnx, cases: lines.map((line) => JSON.parse(line) as NodeCase) }
}

/** Difference over the largest value of a case that counts as the same. */
const LIMIT = 2e-3

/** Reads, rewrites and differentiates a case, and compares: the outputs with the model's own, the gradients with differences. */
export async function runNodeCase(test: NodeCase, load: LoadGraph): Promise<Outcome> {
  try {
    return await compared(test, load)
  } catch (error) {
    if (error instanceof HeadlightError && ['unsupported-model', 'unreadable-model'].includes(error.code)) {
      return { kind: 'refused', detail: error.message }
    }
    return { kind: 'crash', detail: error instanceof Error ? error.message : String(error) }
  }
}

async function compared(test: NodeCase, load: LoadGraph): Promise<Outcome> {
  const bytes = Uint8Array.from(Buffer.from(test.model, 'base64'))
  const graph = parseModel(bytes, test.name)
  const protos = Object.entries(test.inputs).map(([name, text]) => [name, protoOf(text)] as const)
  const original = feedsOf(protos)
  refuseByOperators(graph)
  resolveSequences(graph)
  if (hasFloat16(graph)) await liftFloat16(graph)
  const feeds = onlyFloats(graph, protos)
  const trace = () => traceFeeds(graph, (batch) => (batch === 1 ? feeds : null), load)
  let { facts } = await trace()
  refuseRandomness(graph, facts)
  if (decomposeFused(graph, facts)) ({ facts } = await trace())
  const outputs = graph.outputs.map(({ name }) => name).filter((name) => isFloat(facts.get(name)!.type))
  const names = graph.outputs.map(({ name }) => name)
  const wanted = await run({ bytes, dataFolder: null }, original, names, load)
  const found = await run(writeModel(graph), feeds, names, load)
  const forward = worst(names.map((name) => difference(numbers(found[name]!), numbers(wanted[name]!))))
  if (!(forward <= LIMIT)) return { kind: 'wrong', detail: `outputs differ by ${forward.toExponential(1)}` }
  if (!test.gradients || outputs.length === 0) return { kind: 'forward', detail: '' }
  const gradients = await gradientsOf(graph, facts, feeds, outputs, found, load)
  const checks = Object.entries(test.gradients).filter(([name]) => graph.inputs.some((input) => input.name === name))
  const largest = Math.max(1e-2, ...checks.flatMap(([, { d }]) => d.map(Math.abs)))
  for (const [name, { at, d }] of checks) {
    const own = gradients.get(name)!
    const error = worst(d.map((value, index) => Math.abs(own[at[index]!]! - value) / largest))
    if (!(error <= LIMIT)) return { kind: 'wrong', detail: `gradient of ${name} off by ${error.toExponential(1)}` }
  }
  return { kind: checks.some(([, { at }]) => at.length > 0) ? 'right' : 'forward', detail: '' }
}

const protoOf = (text: string) => fromBinary(TensorProtoSchema, Uint8Array.from(Buffer.from(text, 'base64')))

/** The inputs as the file takes them. */
function feedsOf(protos: (readonly [string, TensorProto])[]): Record<string, Tensor> {
  return Object.fromEntries(protos.map(([name, proto]) => [name, decodeTensor(proto)]))
}

/** Inputs that are not floating-point numbers become constants, as in a model of pictures; gives what is left to feed. */
function onlyFloats(graph: Graph, protos: (readonly [string, TensorProto])[]): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {}
  for (const [name, proto] of protos) {
    const tensor = decodeTensor(proto)
    const info = graph.inputs.find((input) => input.name === name)
    if (!info) continue
    if (isFloat(elementTypeOf(proto.dataType)!)) {
      feeds[name] = isHalf(tensor.type) ? float32(tensor.dims, toFloat32(tensor)) : tensor
      info.dims = tensor.dims
    } else {
      graph.initializers.set(name, proto)
      graph.inputs = graph.inputs.filter((input) => input !== info)
    }
  }
  return feeds
}

const isHalf = (type: ElementType) => type === 'float16' || type === 'bfloat16'

function run(file: Parameters<LoadGraph>[0], feeds: Record<string, Tensor>, fetches: string[], load: LoadGraph) {
  return load({ ...file, once: true }).then(
    (loaded) => once(loaded, () => loaded.run(feeds, fetches)),
    (cause: unknown) => {
      throw new HeadlightError('unreadable-model', `ONNX Runtime does not load it: ${String(cause)}`, { cause })
    },
  )
}

/** The gradient of the weighted sum of all outputs with respect to every input; weights as in onnx-node-tests.py. */
async function gradientsOf(
  graph: Graph,
  facts: Awaited<ReturnType<typeof traceFeeds>>['facts'],
  feeds: Record<string, Tensor>,
  outputs: string[],
  values: Record<string, Tensor>,
  load: LoadGraph,
): Promise<Map<string, number[]>> {
  const targets = graph.inputs.map(({ name }) => name)
  const sums = new Map(targets.map((name) => [name, numbers(feeds[name]!).map(() => 0)]))
  const backward = graph.clone()
  const g = new GraphBuilder(backward, 'backward')
  const parts: [string, string][] = []
  let at = 0
  for (const output of outputs) {
    const seed = numbers(values[output]!).map((value, index) => (Number.isFinite(value) ? weight(at + index) : 0))
    at += seed.length
    const { dims, type } = values[output]!
    const data = type === 'float64' ? Float64Array.from(seed) : Float32Array.from(seed)
    const name = g.constant({ type: type === 'float64' ? type : 'float32', dims, data })
    for (const [target, gradient] of differentiate(g, facts, { output, seed: name, targets })) {
      if (gradient) parts.push([target, g.op('Identity', [gradient])])
    }
  }
  if (parts.length === 0) return sums
  const fetches = parts.map(([, name]) => name)
  backward.outputs = fetches.map((name) => ({ name, type: 'unknown', dims: [] }))
  backward.prune()
  const found = await load({ ...writeModel(backward), once: true }).then((loaded) =>
    once(loaded, () => loaded.run(feeds, fetches)),
  )
  for (const [target, name] of parts) {
    const gradient = numbers(found[name]!)
    const sum = sums.get(target)!
    if (gradient.length !== elementCount(feeds[target]!.dims))
      throw new Error(`gradient of ${target} has another shape`)
    gradient.forEach((value, index) => (sum[index]! += value))
  }
  return sums
}

const weight = (at: number) => 0.3 + Math.sin(1.7 * at + 0.4)

function numbers(tensor: Tensor): number[] {
  if (isHalf(tensor.type)) return Array.from(toFloat32(tensor))
  return Array.from(tensor.data as ArrayLike<number | bigint | string>, Number)
}

/** Largest difference over the largest finite value; equal infinities and NaN of both are not a difference. */
function difference(found: number[], wanted: number[]): number {
  if (found.length !== wanted.length) return Infinity
  const largest = wanted.reduce(
    (maximum, value) => (Number.isFinite(value) ? Math.max(maximum, Math.abs(value)) : maximum),
    1e-3,
  )
  return worst(found.map((value, at) => (Object.is(value, wanted[at]) ? 0 : Math.abs(value - wanted[at]!) / largest)))
}

/** The largest of some errors; NaN is larger than any. */
function worst(errors: number[]): number {
  return errors.reduce((maximum, error) => (error > maximum || Number.isNaN(error) ? error : maximum), 0)
}
