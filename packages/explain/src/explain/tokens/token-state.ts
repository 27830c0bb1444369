/** What is known while token numbers are followed through a graph. */
import type { Facts } from '../../onnx/facts'
import type { Graph } from '../../onnx/graph'
import type { GraphNode } from '../../onnx/node'
import type { AttentionSite } from '../attention-sites'
import type { TokenField } from './token-field'
import type { TokenSpaces } from './token-space'

/** The tokens of a value, or why they are not known. A value that no token stands for, as a sum over all, has no fields. */
export type Tokens = TokenField[] | { lost: string }

/** What a rule reads. */
export interface FlowState {
  graph: Graph
  facts: Facts
  spaces: TokenSpaces
  of: Map<string, Tokens>
  /** The attention that a product belongs to. */
  siteOf: ReadonlyMap<GraphNode, AttentionSite>
  /** The number of a token that no pixel makes. */
  own(name: string, place: number): number
  dims(name: string): readonly number[]
  ints(name: string | undefined): number[] | null
}
