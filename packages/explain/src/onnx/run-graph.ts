import type { Tensor } from './tensor'

/** A serialised model that ONNX Runtime can load. */
export interface GraphFile {
  /** The ModelProto. */
  bytes: Uint8Array
  /** Folder that external data locations are relative to, null where the model carries all of its data. */
  dataFolder: string | null
  /** The graph is run once or twice only, so that optimising it would cost more time than it saves. */
  once?: boolean
  /** It is run a few times only, so that copying its weights into a form that is faster to compute with would cost more than it saves. */
  brief?: boolean
}

/** A loaded graph that can be run many times. */
export interface LoadedGraph {
  /** Runs the graph on inputs by name and gives the values named in `fetches`. Throws what the runtime throws. */
  run(feeds: Record<string, Tensor>, fetches: string[]): Promise<Record<string, Tensor>>
  /** Frees the runtime's session. */
  release(): Promise<void>
}

/** Loads a graph for execution; handed to the pure layers by whoever owns an inference runtime. */
export type LoadGraph = (graph: GraphFile) => Promise<LoadedGraph>
