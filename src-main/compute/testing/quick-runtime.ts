/**
 * ONNX Runtime without its graph optimiser and on one thread: loads many times faster than the program's own runtime,
 * for tests that run hundreds of graphs once each.
 */
import type * as Ort from 'onnxruntime-node'
import { ort } from '../ort'
import type { LoadGraph } from '../../onnx/run-graph'
import type { ElementType, Tensor, TensorData } from '../../onnx/tensor'

const LOG_ERRORS = 3

export const quickRuntime: LoadGraph = async ({ bytes, dataFolder }) => {
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    logSeverityLevel: LOG_ERRORS,
    ...(dataFolder ? { extra: { session: { model_external_initializers_file_folder_path: dataFolder } } } : {}),
  })
  return {
    async run(feeds, fetches) {
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)]))
      const outputs = await session.run(inputs, fetches)
      return Object.fromEntries(fetches.map((name) => [name, fromOrt(outputs[name]!)]))
    },
    release: () => session.release(),
  }
}

function toOrt({ type, data, dims }: Tensor): Ort.Tensor {
  return new ort.Tensor(type as Ort.Tensor.Type, data as Ort.Tensor.DataType, dims)
}

function fromOrt({ type, data, dims }: Ort.Tensor): Tensor {
  return { type: type as ElementType, dims: [...dims], data: data as TensorData }
}
