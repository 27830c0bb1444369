/** The runtimes that tests run graphs with: ONNX Runtime for Node, as users have it, and a quick one. */
import type { LoadGraph } from '../onnx/run-graph'
import { onnxRuntimeLoader, type OnnxRuntimeOptions } from '../runtime/onnx-runtime'
import { ort } from '../runtime/ort'

// Failures write pages of native messages; their reason arrives as an error anyway.
ort.env.logLevel = 'fatal'

const LOG_ERRORS = 3
const LOG_FATAL = 4

/** With every optimisation. Threads do not spin for work, since test files run beside each other. */
export function onnxRuntime(options: OnnxRuntimeOptions = {}): LoadGraph {
  return onnxRuntimeLoader(ort, {
    logSeverityLevel: LOG_FATAL,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...options,
  })
}

/** Without the graph optimiser and on one thread: loads many times faster, for tests that run hundreds of graphs once. */
export const quickRuntime: LoadGraph = onnxRuntimeLoader(ort, {
  graphOptimizationLevel: 'disabled',
  intraOpNumThreads: 1,
  logSeverityLevel: LOG_ERRORS,
})
