/**
 * Products that share their values are one matrix times those values: differential attention, exported as
 * A1 V - lambda A2 V, becomes (A1 - lambda A2) V, so that its A is the matrix that multiplies V.
 */
import type { Facts, ValueFacts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import { GraphNode } from '../onnx/node'
import type { AttentionSite } from './attention-sites'

/** Rewrites the graph in place and adds the facts of new values. Gives whether anything was rewritten. */
export function combineSharedValues(
  graph: Graph,
  facts: Map<string, ValueFacts>,
  sites: readonly AttentionSite[],
): boolean {
  const consumers = graph.consumers()
  const products = new Map(
    sites.flatMap((site) =>
      site.products
        .filter((node) => node.op === 'MatMul' && (consumers.get(node.outputs[0]!) ?? []).length === 1)
        .map((node) => [node.outputs[0]!, node] as const),
    ),
  )
  if (products.size < 2) return false
  /** Linear combinations of products with the values they share: by value, those values. */
  const combined = new Map([...products].map(([output, node]) => [output, node.inputs[1]!]))
  const tops: GraphNode[] = []
  for (const node of graph.nodes) {
    const values = sharedValues(node, combined, facts)
    if (values === null) continue
    combined.set(node.outputs[0]!, values)
    const goesOn = (consumers.get(node.outputs[0]!) ?? []).some((next) => sharedValues(next, combined, facts) !== null)
    if (!goesOn) tops.push(node)
  }
  const joining = tops.filter((top) => leaves(graph, top, products).length > 1)
  for (const top of joining) rewrite(graph, facts, top, products, combined.get(top.outputs[0]!)!)
  if (joining.length === 0) return false
  graph.sort()
  graph.prune()
  return true
}

/** The values that all products in a node's result share; null where it is not a linear combination of such products. */
function sharedValues(node: GraphNode, combined: ReadonlyMap<string, string>, facts: Facts): string | null {
  const [first, second] = node.inputs
  const values = combined.get(first ?? '') ?? combined.get(second ?? '') ?? null
  if (values === null || node.domain !== '') return null
  if (node.op === 'Neg' || node.op === 'Identity') return values
  if (node.op === 'Add' || node.op === 'Sub') {
    return combined.get(first!) === combined.get(second!) ? values : null
  }
  if (node.op === 'Mul' || node.op === 'Div') {
    const factor = combined.has(first!) ? second! : first!
    if (combined.has(factor) || (node.op === 'Div' && factor === first)) return null
    return (facts.get(factor)?.dims ?? [0]).slice(-2).every((dim) => dim === 1) ? values : null
  }
  return null
}

/** The products that a combination is made of. */
function leaves(graph: Graph, top: GraphNode, products: ReadonlyMap<string, GraphNode>): GraphNode[] {
  const producers = graph.producers()
  const visit = (value: string, depth = 0): GraphNode[] => {
    const product = products.get(value)
    if (product) return [product]
    const node = depth < 32 ? producers.get(value) : undefined
    return node && ['Neg', 'Identity', 'Add', 'Sub', 'Mul', 'Div'].includes(node.op)
      ? node.inputs.flatMap((input) => visit(input, depth + 1))
      : []
  }
  return visit(top.outputs[0]!)
}

/** The combination of the matrices in place of that of the products, and one product after it. */
function rewrite(
  graph: Graph,
  facts: Map<string, ValueFacts>,
  top: GraphNode,
  products: ReadonlyMap<string, GraphNode>,
  values: string,
): void {
  const producers = graph.producers()
  const combination = (value: string): string => {
    const product = products.get(value)
    if (product) return product.inputs[0]!
    const node = producers.get(value)
    // A factor stays as it is.
    if (!node || leaves(graph, node, products).length === 0) return value
    const inputs = node.inputs.map(combination)
    const output = graph.fresh(`matrix/${node.op}`)
    const matrix = inputs.map((input) => facts.get(input)!).find(({ dims }) => dims.length >= 3)!
    facts.set(output, { type: matrix.type, dims: matrix.dims, batchAxis: matrix.batchAxis })
    graph.nodes.push(new GraphNode(node.op, inputs, [output], node.attributes, '', node.name && `${node.name}/matrix`))
    return output
  }
  const matrix = combination(top.outputs[0]!)
  graph.nodes = graph.nodes.filter((node) => node !== top)
  graph.nodes.push(new GraphNode('MatMul', [matrix, values], top.outputs, [], '', top.name))
}

/**
 * A matrix that several layers multiply with values, one after the other, is read by each product under a name of its
 * own: each has a gradient of its own. Gives the sites with such as sites of their own.
 */
export function separateUses(
  graph: Graph,
  facts: Map<string, ValueFacts>,
  sites: readonly AttentionSite[],
  follows: (product: GraphNode, earlier: GraphNode) => boolean,
): AttentionSite[] {
  let separated = false
  const all = sites.flatMap((site) => {
    const reused = site.products.some((product) => site.products.some((other) => follows(product, other)))
    if (!reused) return [site]
    separated = true
    return site.products.map((product): AttentionSite => {
      const side = product.inputs[0] === site.values ? 1 : 0
      const operand = product.inputs[side]!
      const own = graph.fresh('matrix/Identity')
      facts.set(own, { ...facts.get(operand)!, constant: undefined })
      graph.nodes.push(new GraphNode('Identity', [operand], [own]))
      product.inputs[side] = own
      const { dims } = facts.get(own)!
      const layout = dims.length === 3 ? 'merged' : 'separate'
      return { ...site, value: own, values: product.inputs[1 - side]!, layout, products: [product] }
    })
  })
  if (separated) graph.sort()
  return all
}
