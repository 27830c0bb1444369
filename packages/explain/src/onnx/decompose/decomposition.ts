import type { GraphBuilder } from '../builder'
import type { Facts } from '../facts'
import type { GraphNode } from '../node'

/** The fused operator, and what its plain form is built with. */
export interface DecomposeContext {
  node: GraphNode
  inputs: string[]
  g: GraphBuilder
  facts: Facts
}

/** Builds the plain form and gives the values that stand for the node's outputs ('' for outputs nobody may use). */
export type Decomposition = (context: DecomposeContext) => string[]
