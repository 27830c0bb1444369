/**
 * Groups of operators that are differentiated as one. What an exporter wrote out has a shorter derivative than its parts,
 * and a backward pass that reads none of its inner values leaves ONNX Runtime free to fuse the forward one.
 */
import type { Facts } from '../../onnx/facts'
import type { Graph } from '../../onnx/graph'
import type { GraphNode } from '../../onnx/node'
import { GraphLook, type Composite } from './composite'
import { findGelu } from './gelu'
import { findLayerNormalization, findRmsNormalization } from './normalization'

const PATTERNS = [findGelu, findLayerNormalization, findRmsNormalization]

/** All groups of a graph of which nothing else reads an inner value. */
export function findComposites(graph: Graph, facts: Facts, patterns = PATTERNS): Composite[] {
  const look = new GraphLook(graph, facts)
  return graph.nodes.flatMap((at) => {
    if (at.domain !== '') return []
    for (const find of patterns) {
      const found = find(at, look)
      if (found && look.isClosed(found)) return [found]
    }
    return []
  })
}

/** The nodes with every group as the one operator that it is; for reading, not for running. */
export function withComposites(graph: Graph, facts: Facts): GraphNode[] {
  return replaced(graph.nodes, findComposites(graph, facts))
}

/**
 * Replaces written-out layer normalisations by the operator of opset 17, which the graph is of afterwards. From opset 13 to 17
 * operators got types and attributes whose defaults keep their meaning; a graph with one of the two that did not, or of an older
 * opset, stays as it is (onnx/docs/Changelog.md).
 */
export function raiseLayerNormalizations(graph: Graph, facts: Facts): void {
  if (graph.opset < 13 || (graph.opset < 17 && graph.nodes.some(changesMeaning))) return
  const found = findComposites(graph, facts, [findLayerNormalization])
  if (found.length === 0) return
  graph.nodes = replaced(graph.nodes, found)
  graph.opsets.set('', Math.max(graph.opset, 17))
}

/** RoiAlign-16 shifts its coordinates by half a pixel unless told otherwise; BatchNormalization-14 has three outputs in place of five. */
const changesMeaning = ({ op, domain, outputs }: GraphNode) =>
  domain === '' && (op === 'RoiAlign' || (op === 'BatchNormalization' && outputs.length > 3))

function replaced(nodes: readonly GraphNode[], composites: readonly Composite[]): GraphNode[] {
  const inner = new Set(composites.flatMap(({ members }) => members))
  const whole = new Map(composites.map(({ node }) => [node.outputs[0]!, node]))
  return nodes.flatMap((node) => whole.get(node.outputs[0]!) ?? (inner.has(node) ? [] : [node]))
}
