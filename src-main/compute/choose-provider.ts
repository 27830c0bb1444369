/** Picks the execution provider of a session, and shows that it computes what the CPU computes. */
import { HeadlightError, toErrorValue } from '@shared/errors'
import type { Precision, ProviderChoice, ProviderId } from '@shared/api'
import type { ExplainGraph } from '@headlight/explain'
import type { LoadedGraph, Tensor } from '@headlight/explain/onnx'
import { onnxRuntime } from './onnx-runtime'
import { probeFeeds } from './probe'
import { absence, automaticOrder } from './providers'
import { softwareRendering } from './software-gpu'

export interface ChosenProvider {
  choice: ProviderChoice
  loaded: LoadedGraph
}

/** Largest difference to the CPU, relative to the largest value, in logits and head scores. */
const LIMITS: Record<Precision, number> = { fp32: 1e-3, tf32: 2e-2, fp16: 5e-2 }

interface Reference {
  outputs: Record<string, Tensor>
  milliseconds: number
}

/**
 * Loads the graph on the wanted provider. 'auto' takes the first of the platform's providers that starts, agrees with
 * the CPU and is faster than it on a probe batch (a software rasteriser behind WebGPU is not).
 * Throws 'provider-unavailable' where a provider was asked for by name and cannot be had.
 * @param image one sample's `[C, H, W]`
 */
export async function chooseProvider(
  graph: ExplainGraph,
  image: readonly number[],
  wanted: ProviderId | 'auto',
  precision: Precision,
): Promise<ChosenProvider> {
  const passedOver: ProviderChoice['passedOver'] = []
  const cpu = onnxRuntime({ provider: 'cpu', precision })
  const automatic = wanted === 'auto'
  let reference: Reference | null = null
  for (const provider of automatic ? automaticOrder() : [wanted]) {
    const choice = { provider, precision, passedOver }
    const reason = unusable(provider, precision) ?? (automatic ? await suspicion(provider) : null)
    if (reason === null && provider === 'cpu') return { choice, loaded: await cpu(graph) }
    if (reason === null) reference ??= await measureReference(graph, image)
    const tried = reason ?? (await tryProvider(graph, image, provider, precision, reference!, automatic))
    if (typeof tried !== 'string') return { choice, loaded: tried }
    passedOver.push({ provider, reason: tried })
  }
  const sentences = passedOver.map(({ provider, reason }) => `${provider}: ${reason}`).join('; ')
  throw new HeadlightError(
    'provider-unavailable',
    `The provider cannot be used here (${sentences}). Choose auto or cpu.`,
  )
}

/** Why a provider is not even tried. */
function unusable(provider: ProviderId, precision: Precision): string | null {
  if (precision === 'tf32' && provider !== 'cuda') return 'tf32 is a precision of CUDA only'
  if (precision === 'fp16') return 'fp16 is not available in this version'
  return absence(provider)
}

/** Why a provider is skipped in the automatic choice. */
async function suspicion(provider: ProviderId): Promise<string | null> {
  if (provider !== 'webgpu') return null
  return softwareRendering(provider).catch((error: unknown) => firstLine(toErrorValue(error).message))
}

async function measureReference(graph: ExplainGraph, image: readonly number[]): Promise<Reference> {
  const loaded = await onnxRuntime()(graph)
  try {
    return await measure(loaded, graph, probeFeeds(graph, image))
  } finally {
    await loaded.release()
  }
}

async function tryProvider(
  graph: ExplainGraph,
  image: readonly number[],
  provider: ProviderId,
  precision: Precision,
  reference: Reference,
  onlyIfFaster: boolean,
): Promise<LoadedGraph | string> {
  let loaded: LoadedGraph | null = null
  try {
    loaded = await onnxRuntime({ provider, precision })(graph)
    const target = reference.outputs[graph.outputs.target]!
    const { outputs, milliseconds } = await measure(loaded, graph, probeFeeds(graph, image, target))
    const reason =
      disagreement(outputs, reference.outputs, LIMITS[precision]) ??
      (onlyIfFaster && milliseconds >= reference.milliseconds
        ? `slower than the CPU here: ${milliseconds.toFixed(0)} ms a probe batch instead of ${reference.milliseconds.toFixed(0)} ms`
        : null)
    if (reason === null) return loaded
    await loaded.release()
    return reason
  } catch (error) {
    await loaded?.release()
    return firstLine(toErrorValue(error).message)
  }
}

/** Runs twice: the first time warms up, the second is timed. */
async function measure(loaded: LoadedGraph, graph: ExplainGraph, feeds: Record<string, Tensor>): Promise<Reference> {
  const { logits, target, headL1, headL2 } = graph.outputs
  const fetches = [logits, target, headL1, headL2].filter((name) => name !== undefined)
  await loaded.run(feeds, fetches)
  const start = performance.now()
  const outputs = await loaded.run(feeds, fetches)
  return { outputs, milliseconds: performance.now() - start }
}

function disagreement(
  outputs: Record<string, Tensor>,
  reference: Record<string, Tensor>,
  limit: number,
): string | null {
  for (const [name, expected] of Object.entries(reference)) {
    if (expected.type !== 'float32') continue
    const error = relativeError(outputs[name]!.data as Float32Array, expected.data as Float32Array)
    if (!(error <= limit)) return `differs from the CPU by ${error.toExponential(1)} in '${name}' (limit ${limit})`
  }
  return null
}

/** Largest difference over the largest expected magnitude; NaN where a value is not a number. */
export function relativeError(values: Float32Array, expected: Float32Array): number {
  let difference = 0
  let largest = 0
  for (let index = 0; index < expected.length; index++) {
    difference = Math.max(difference, Math.abs(values[index]! - expected[index]!))
    largest = Math.max(largest, Math.abs(expected[index]!))
  }
  return difference === 0 ? 0 : difference / largest
}

function firstLine(message: string): string {
  const line = message.split('\n')[0]!.trim()
  // ONNX Runtime starts its messages with source file, line and signature.
  return line.replace(/^\/\S+ (.*\) )?(?=\S)/, '').slice(0, 300)
}
