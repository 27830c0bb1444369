/** Tells a GPU from a software renderer on the CPU (SwiftShader, llvmpipe, WARP), by the speed of matrix products. */
import type { ProviderId } from '@shared/api'
import { Graph, GraphBuilder, type GraphFile, writeModel } from '@headlight/explain/onnx'
import { onnxRuntime } from './onnx-runtime'

const SIDE = 256
const MULTIPLICATIONS = 4
/** A provider slower than this, and slower than the CPU by this factor, is not a GPU: launching and reading back take a few milliseconds. */
const SUSPICIOUS_MS = 10
const SUSPICIOUS_FACTOR = 5

/**
 * Why a provider is taken for software, or null for a GPU. Asked before a whole model is tried, since compiling its
 * shaders in software takes minutes. Throws where the provider does not start.
 */
export async function softwareRendering(provider: ProviderId): Promise<string | null> {
  const graph = multiplications()
  const milliseconds = await timed(graph, provider)
  if (milliseconds < SUSPICIOUS_MS) return null
  const onCpu = await timed(graph, 'cpu')
  if (milliseconds < onCpu * SUSPICIOUS_FACTOR) return null
  return `rendered in software, or slower than the CPU: ${milliseconds.toFixed(0)} ms for products that take the CPU ${onCpu.toFixed(1)} ms`
}

function multiplications(): GraphFile {
  const graph = new Graph()
  graph.opsets.set('', 17)
  graph.inputs = [{ name: 'matrix', type: 'float32', dims: [SIDE, SIDE] }]
  const builder = new GraphBuilder(graph, 'product')
  let product = 'matrix'
  for (let step = 0; step < MULTIPLICATIONS; step++) product = builder.matMul(product, 'matrix')
  graph.outputs = [{ name: 'sums', type: 'float32', dims: [SIDE] }]
  builder.op('ReduceSum', [product, builder.ints([0])], { keepdims: 0 }, ['sums'])
  return writeModel(graph)
}

/** Of the second run, in milliseconds: the first one compiles. */
async function timed(graph: GraphFile, provider: ProviderId): Promise<number> {
  const loaded = await onnxRuntime({ provider, precision: 'fp32' })(graph)
  const data = new Float32Array(SIDE * SIDE).fill(1 / SIDE)
  const run = () => loaded.run({ matrix: { type: 'float32', dims: [SIDE, SIDE], data } }, ['sums'])
  try {
    await run()
    const start = performance.now()
    await run()
    return performance.now() - start
  } finally {
    await loaded.release()
  }
}
