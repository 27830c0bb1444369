/** Running graphs with ONNX Runtime, whichever of its packages for JavaScript is handed in. */
import { HeadlightError } from '../errors'
import type { GraphFile, LoadGraph, LoadedGraph } from '../onnx/run-graph'
import type { ElementType, Tensor, TensorData } from '../onnx/tensor'

/** What is needed of the modules `onnxruntime-node` and `onnxruntime-web`; both fit. */
export interface OnnxRuntimeModule {
  /** Makes sessions. */
  readonly InferenceSession: { create(model: Uint8Array, options?: object): Promise<OnnxRuntimeSession> }
  /** Makes tensors. */
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => OnnxRuntimeTensor
}

/** What is needed of an `InferenceSession`. */
export interface OnnxRuntimeSession {
  /** Runs the model on inputs by name. */
  run(
    feeds: Readonly<Record<string, unknown>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OnnxRuntimeTensor>>>
  /** Frees the session. */
  release(): Promise<void>
}

/** What is needed of a `Tensor`. */
export interface OnnxRuntimeTensor {
  /** ONNX Runtime's name of the element type. */
  readonly type: string
  /** Values in C order, as a typed array or a list of strings. */
  readonly data: unknown
  /** Shape. */
  readonly dims: readonly number[]
}

/** ONNX Runtime's `SessionOptions`: execution providers, threads, logging. */
export interface OnnxRuntimeOptions {
  /** Which graph optimisations are applied. Where it is given, `onnxRuntimeLoader` never lowers it. */
  graphOptimizationLevel?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all'
  /** Entries of the session's configuration. */
  extra?: { session?: Record<string, unknown> }
  [option: string]: unknown
}

/**
 * A loader of graphs over ONNX Runtime. Loading and running throw `HeadlightError` 'out-of-memory' where the memory did
 * not suffice, and ONNX Runtime's own errors otherwise.
 *
 * ONNX Runtime's fusions turn some models into graphs that its own kernels refuse, such as a layer normalisation with a
 * scale of one element. Such a graph is opened again without them, unless `options` fix the level of optimisation.
 */
export function onnxRuntimeLoader(ort: OnnxRuntimeModule, options: OnnxRuntimeOptions = {}): LoadGraph {
  return async (graph) => {
    const fixed = graph.once ? 'disabled' : options.graphOptimizationLevel
    const open = (level = fixed) =>
      ort.InferenceSession.create(graph.bytes, sessionOptions(options, graph, level)).catch(named)
    const lower = fixed ? null : () => open('basic')
    try {
      return loaded(ort, await open(), lower)
    } catch (cause) {
      if (!lower || cause instanceof HeadlightError) throw cause
      // Where the graph fails without the fusions, too, the first error is thrown; the same applies below.
      const session = await lower().catch(() => {
        throw cause
      })
      return loaded(ort, session, null)
    }
  }
}

/** The error of a kernel that refuses a fused operator. */
const KERNEL_FAILED = /Non-zero status code returned while running \w+ node/

/** A session; `lower` opens the graph again without fusions, for good. */
function loaded(
  ort: OnnxRuntimeModule,
  first: OnnxRuntimeSession,
  lower: (() => Promise<OnnxRuntimeSession>) | null,
): LoadedGraph {
  let session = first
  const withoutFusions = async (cause: unknown, run: (session: OnnxRuntimeSession) => Promise<Outputs>) => {
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
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(ort, tensor)]))
      const run = (on: OnnxRuntimeSession) => on.run(inputs, fetches).catch(named)
      const outputs = await run(session).catch((cause: unknown) => withoutFusions(cause, run))
      return Object.fromEntries(fetches.map((name) => [name, fromOrt(outputs[name]!)]))
    },
    release: () => session.release(),
  }
}

type Outputs = Readonly<Record<string, OnnxRuntimeTensor>>

function sessionOptions(
  { extra, ...options }: OnnxRuntimeOptions,
  { dataFolder, once, brief }: GraphFile,
  level: OnnxRuntimeOptions['graphOptimizationLevel'],
): OnnxRuntimeOptions {
  const session = {
    ...extra?.session,
    ...(dataFolder && { model_external_initializers_file_folder_path: dataFolder }),
    ...((once || brief) && { disable_prepacking: '1' }),
  }
  return { ...options, extra: { ...extra, session }, ...(level && { graphOptimizationLevel: level }) }
}

const OUT_OF_MEMORY = /out of memory|bad_alloc|bad allocation|failed to allocate|E_OUTOFMEMORY|8007000E|alloc.*failed/i

function named(cause: unknown): never {
  if (cause instanceof Error && OUT_OF_MEMORY.test(cause.message)) {
    throw new HeadlightError('out-of-memory', 'The batch did not fit into memory; choose a smaller one.', { cause })
  }
  throw cause
}

/** The same values as ONNX Runtime's tensor; shares memory. Throws for bfloat16, which it cannot take from JavaScript. */
export function toOrt(ort: OnnxRuntimeModule, { type, data, dims }: Tensor): OnnxRuntimeTensor {
  if (type === 'bfloat16')
    throw new HeadlightError('unsupported-model', 'bfloat16 inputs cannot be fed to ONNX Runtime.')
  if (type === 'float16') {
    // ort.Tensor would turn the bits into a Float16Array, which the native binding reads as empty.
    const bits = new ort.Tensor('uint16' as never, data as never, dims)
    return Object.defineProperty(bits, 'type', { value: 'float16' })
  }
  return new ort.Tensor(type as never, data as never, dims)
}

/** The same values as a plain tensor; shares memory. float16 becomes its bits. */
export function fromOrt({ type, dims, data }: OnnxRuntimeTensor): Tensor {
  const bits =
    type === 'float16' && ArrayBuffer.isView(data) && !(data instanceof Uint16Array)
      ? new Uint16Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength / 2)
      : (data as TensorData)
  return { type: type as ElementType, dims: [...dims], data: bits }
}
