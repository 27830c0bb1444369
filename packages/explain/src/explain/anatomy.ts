import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { Attentions } from './discover'
import type { ClassHead } from './class-head'
import type { DenseOutput } from './dense-output'
import type { Geometry } from './geometry'
import type { Logits } from './logits'
import type { TokenChain } from './token-chain'

/** Everything that was found in a model's graph. */
export interface ModelAnatomy {
  /** The graph, with fused operators rewritten. */
  graph: Graph
  /** Shape and type of every value at batch 1 and 2. */
  facts: Facts
  /** The attention matrices, by layer. */
  attentions: Attentions
  /** How the tokens of one attention become those of the next, where they are not the same in every layer. */
  chain?: TokenChain
  /** The logits that are explained. */
  logits: Logits
  /** The logits at several places, where the model has them: `logits.value` has their shape. */
  dense?: DenseOutput
  /** What makes the logits, where the model itself gives features; it is part of the graph. */
  head?: ClassHead
  /** Prefix tokens, and where each patch lies on the image. */
  geometry: Geometry
  /**
   * Token rows that the logits are read from (METHODS.md, "Read-out rows"), of a chain places in the state behind its last layer; empty
   * where every sample has its own.
   */
  readoutRows: number[]
  /** Whether the graph takes batches of any size. */
  dynamicBatch: boolean
  /** Decisions about the graph that change what the numbers mean, one sentence each. */
  notes: string[]
}
