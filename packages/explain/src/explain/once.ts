import type { LoadedGraph } from '../onnx/run-graph'

/** Uses a loaded graph and releases it, also after an error. */
export async function once<Result>(
  loaded: LoadedGraph,
  use: (loaded: LoadedGraph) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(loaded)
  } finally {
    await loaded.release()
  }
}
