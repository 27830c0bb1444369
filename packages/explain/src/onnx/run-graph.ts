import type { Tensor } from './tensor'

/** A serialised model that ONNX Runtime can load. */
export interface GraphFile {
  /** The ModelProto. */
  bytes: Uint8Array
  /** Folder that external data locations are relative to, null where the model carries all of its data. */
  dataFolder: string | null
  /** Run a time or two: optimising such a graph costs more than it saves, in large ones minutes. */
  once?: boolean
}

/** A loaded graph that can be run many times. */
export interface LoadedGraph {
  run(feeds: Record<string, Tensor>, fetches: string[]): Promise<Record<string, Tensor>>
  release(): Promise<void>
}

/** Loads a graph for execution; handed to the pure layers by whoever owns an inference runtime. */
export type LoadGraph = (graph: GraphFile) => Promise<LoadedGraph>
