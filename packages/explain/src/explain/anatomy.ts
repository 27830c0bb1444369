import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { Attentions } from './discover'
import type { ClassHead } from './class-head'
import type { Geometry } from './geometry'
import type { Logits } from './logits'

/** Everything that was found out about a model. */
export interface ModelAnatomy {
  graph: Graph
  facts: Facts
  attentions: Attentions
  logits: Logits
  /** What makes the logits, where the model itself gives features; it is part of the graph. */
  head?: ClassHead
  geometry: Geometry
  readoutRows: number[]
  dynamicBatch: boolean
  /** What was made of the graph that changes what the numbers mean, one sentence each. */
  notes: string[]
}
