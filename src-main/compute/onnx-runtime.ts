/** Running graphs with ONNX Runtime. */
import type * as Ort from 'onnxruntime-node'
import { HeadlightError } from '@shared/errors'
import type { Precision, ProviderId } from '@shared/api'
import type { GraphFile, LoadGraph, LoadedGraph } from '../onnx/run-graph'
import type { ElementType, Tensor, TensorData } from '../onnx/tensor'
import { ort } from './ort'

// Failures write pages of native messages; their reason arrives as an error anyway.
ort.env.logLevel = 'fatal'

const LOG_FATAL = 4

export interface RuntimeOptions {
  provider: ProviderId
  precision: Precision
}

/**
 * A loader for one provider. Nodes that the provider has no kernel for run on the CPU. Loading and running throw
 * 'out-of-memory' where the memory did not suffice, and ONNX Runtime's own errors otherwise.
 */
export function onnxRuntime(
  { provider, precision }: RuntimeOptions = { provider: 'cpu', precision: 'fp32' },
): LoadGraph {
  return async (graph) => {
    if (provider === 'cuda') fixTensorFloat32(precision)
    const open = (level?: OptimisationLevel) =>
      ort.InferenceSession.create(graph.bytes, sessionOptions(provider, graph, level)).catch(named)
    const lower = graph.once ? null : () => open('basic')
    try {
      return loaded(await open(), lower)
    } catch (cause) {
      if (!lower || cause instanceof HeadlightError) throw cause
      // What went wrong with the fusions is what is told where it goes wrong without them as well; so below.
      const session = await lower().catch(() => {
        throw cause
      })
      return loaded(session, null)
    }
  }
}

type OptimisationLevel = Ort.InferenceSession.SessionOptions['graphOptimizationLevel']

/** What a kernel says that does not take what the optimiser fused for it. */
const KERNEL_FAILED = /Non-zero status code returned while running \w+ node/

/**
 * A session. ONNX Runtime's fusions make of some models graphs that its own kernels refuse, such as a layer
 * normalisation with a scale of one element: then `lower` opens the graph again without fusions, for good.
 */
function loaded(first: Ort.InferenceSession, lower: (() => Promise<Ort.InferenceSession>) | null): LoadedGraph {
  let session = first
  const withoutFusions = async (cause: unknown, run: (session: Ort.InferenceSession) => Promise<Outputs>) => {
    if (!lower || !(cause instanceof Error && KERNEL_FAILED.test(cause.message))) throw cause
    const open = lower
    lower = null
    const again = await open().catch(() => {
      throw cause
    })
    const outputs = await run(again).catch(async () => {
      await again.release()
      throw cause
    })
    await session.release()
    session = again
    return outputs
  }
  return {
    async run(feeds, fetches) {
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]))
      const run = (on: Ort.InferenceSession) => on.run(inputs, fetches).catch(named)
      const outputs = await run(session).catch((cause: unknown) => withoutFusions(cause, run))
      return Object.fromEntries(fetches.map((name) => [name, fromOrt(outputs[name]!)]))
    },
    release: () => session.release(),
  }
}

type Outputs = Ort.InferenceSession.OnnxValueMapType

function sessionOptions(
  provider: ProviderId,
  graph: GraphFile,
  level?: OptimisationLevel,
): Ort.InferenceSession.SessionOptions {
  const session = {
    // Threads that spin for work take it from decoding and from every other program: measured on two busy cores, a batch
    // took half the time without. On an idle machine the difference is small.
    intra_op: { allow_spinning: '0' },
    ...(graph.dataFolder ? { model_external_initializers_file_folder_path: graph.dataFolder } : {}),
  }
  const common = {
    logSeverityLevel: LOG_FATAL,
    extra: { session },
    ...(graph.once ? { graphOptimizationLevel: 'disabled' as const } : level && { graphOptimizationLevel: level }),
  } as const
  switch (provider) {
    case 'cuda':
      return { ...common, executionProviders: [{ name: 'cuda', deviceId: 0 }] }
    case 'dml':
      // DirectML supports neither memory patterns nor parallel execution.
      return { ...common, executionProviders: ['dml'], enableMemPattern: false, executionMode: 'sequential' }
    case 'coreml':
      return {
        ...common,
        executionProviders: [{ name: 'coreml', coreMlFlags: COREML_ML_PROGRAM | COREML_CPU_AND_GPU }],
      }
    case 'webgpu':
    case 'cpu':
      return { ...common, executionProviders: [provider] }
  }
}

const COREML_ML_PROGRAM = 0x010
/** Without the neural engine, which computes in float16 only. */
const COREML_CPU_AND_GPU = 0x020

let tensorFloat32: boolean | null = null

/** CUDA's libraries read this setting once a process, when they are loaded. */
function fixTensorFloat32(precision: Precision): void {
  const wanted = precision === 'tf32'
  if (tensorFloat32 !== null && tensorFloat32 !== wanted) {
    throw new HeadlightError(
      'provider-unavailable',
      `CUDA already runs with TF32 ${wanted ? 'off' : 'on'} in this process, and cannot change: start Headlight again.`,
    )
  }
  tensorFloat32 = wanted
  if (wanted) delete process.env['NVIDIA_TF32_OVERRIDE']
  else process.env['NVIDIA_TF32_OVERRIDE'] = '0'
}

const OUT_OF_MEMORY = /out of memory|bad_alloc|bad allocation|failed to allocate|E_OUTOFMEMORY|8007000E|alloc.*failed/i

function named(cause: unknown): never {
  if (cause instanceof Error && OUT_OF_MEMORY.test(cause.message)) {
    throw new HeadlightError('out-of-memory', 'The batch did not fit into memory; choose a smaller one.', { cause })
  }
  throw cause
}

/** The same values as ONNX Runtime's tensor; shares memory. Throws for bfloat16, which it cannot take from JavaScript. */
export function toOrt({ type, data, dims }: Tensor): Ort.Tensor {
  if (type === 'bfloat16')
    throw new HeadlightError('unsupported-model', 'bfloat16 inputs cannot be fed to ONNX Runtime.')
  if (type === 'float16') {
    // ort.Tensor would turn the bits into a Float16Array, which the native binding reads as empty.
    const bits = new ort.Tensor('uint16', data as Uint16Array, dims)
    return Object.defineProperty(bits, 'type', { value: 'float16' })
  }
  return new ort.Tensor(type as Ort.Tensor.Type, data as Ort.Tensor.DataType, dims)
}

/** The same values as a plain tensor; shares memory. float16 becomes its bits. */
export function fromOrt(tensor: Ort.Tensor): Tensor {
  const data = tensor.data as TensorData | ArrayBufferView<ArrayBuffer>
  const bits =
    tensor.type === 'float16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)
      ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      : (data as TensorData)
  return { type: tensor.type as ElementType, dims: [...tensor.dims], data: bits }
}
