/** Running graphs with ONNX Runtime on the provider of a run. */
import type * as Ort from 'onnxruntime-node'
import { type LoadGraph, onnxRuntimeLoader } from '@headlight/explain'
import { ort } from '@headlight/explain/node'
import { HeadlightError } from '@shared/errors'
import type { Precision, ProviderId } from '@shared/api'

// Native messages of failures are long, and the reason arrives as an error in any case.
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
  const load = onnxRuntimeLoader(ort, { ...sessionOptions(provider) })
  return async (graph) => {
    if (provider === 'cuda') fixTensorFloat32(precision)
    return load(graph)
  }
}

function sessionOptions(provider: ProviderId): Ort.InferenceSession.SessionOptions {
  const common = {
    logSeverityLevel: LOG_FATAL,
    // Threads that spin while waiting slow down decoding and every other program: measured on two busy cores, a batch
    // took half the time without. On an idle machine the difference is small.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
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
