/** Model-local functions (ModelProto.functions) replaced by their bodies, so that only operators remain. */
import { HeadlightError } from '../errors'
import type { FunctionProto } from 'onnx-buf'
import { edited } from './edited-message'
import { checkNodeCount, type Graph } from './graph'
import { GraphNode } from './node'

/** Functions may call functions. A file that nests them deeper is refused. */
const DEEPEST = 32

/** Inlines every call of a model-local function, in place. */
export function inlineFunctions(graph: Graph): void {
  if (graph.functions.length === 0) return
  const functions = new Map(graph.functions.map((fn) => [keyOf(fn.domain, fn.name, fn.overload), fn]))
  const called = ({ domain, op, overload }: GraphNode) => functions.get(keyOf(domain, op, overload))
  for (let depth = 0; graph.nodes.some(called); depth++) {
    if (depth === DEEPEST) {
      throw new HeadlightError(
        'unreadable-model',
        `The model's functions call each other more than ${DEEPEST} levels deep.`,
      )
    }
    const nodes: GraphNode[] = []
    for (const node of graph.nodes) {
      const fn = called(node)
      for (const inner of fn ? bodyOf(graph, node, fn) : [node]) nodes.push(inner)
      // Functions that call each other twice double with every level.
      checkNodeCount(nodes.length)
    }
    graph.nodes = nodes
  }
  const domains = new Set(graph.functions.map(({ domain }) => domain))
  for (const fn of graph.functions) {
    graph.opsets.delete(fn.domain)
    for (const { domain, version } of fn.opsetImport) {
      const key = domain === 'ai.onnx' ? '' : domain
      if (!domains.has(key) && !graph.opsets.has(key)) graph.opsets.set(key, Number(version))
    }
  }
  graph.functions = []
}

/** What names a function: a name may stand for several, told apart by their overload (IR version 10). */
function keyOf(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload])
}

function bodyOf(graph: Graph, call: GraphNode, fn: FunctionProto): GraphNode[] {
  const names = new Map<string, string>()
  fn.input.forEach((name, index) => names.set(name, call.inputs[index] ?? ''))
  fn.output.forEach((name, index) => call.outputs[index] && names.set(name, call.outputs[index]))
  const rename = (name: string): string => {
    if (name === '') return ''
    if (!names.has(name)) names.set(name, graph.fresh(`${fn.name}/${name}`))
    return names.get(name)!
  }
  return fn.node.map((node) => {
    const attributes = node.attribute.flatMap((attribute) => {
      if (attribute.refAttrName === '') return [attribute]
      const given =
        call.attribute(attribute.refAttrName) ?? fn.attributeProto.find((each) => each.name === attribute.refAttrName)
      return given ? [edited(given, { name: attribute.name })] : []
    })
    const domain = node.domain === 'ai.onnx' ? '' : node.domain
    return new GraphNode(
      node.opType,
      node.input.map(rename),
      node.output.map(rename),
      attributes,
      domain,
      `${call.label}/${node.name}`,
      node.overload,
    )
  })
}
