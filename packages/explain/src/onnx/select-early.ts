/**
 * Moves selections of tokens toward the input: a classifier that reads the class token computes the rest of the last
 * layer for tokens that nothing reads, and its backward pass would carry zeros. `Gather(f(x))` becomes `f(Gather(x))` for every f that
 * treats tokens one by one, down to the product of the last attention map with its values.
 */
import { GraphBuilder } from './builder'
import { reshapeDims, type Facts, type ValueFacts } from './facts'
import type { Graph } from './graph'
import { attributes, GraphNode } from './node'
import { int64 } from './tensor'

interface Selection {
  axis: number
  indices: number[]
}

const ELEMENTWISE = new Set(
  'Identity Cast Dropout Neg Abs Sqrt Reciprocal Exp Log Erf Tanh Sigmoid Relu Gelu HardSigmoid HardSwish Softplus Elu LeakyRelu Clip'.split(
    ' ',
  ),
)
const BROADCASTING = new Set(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Where'])
const NORMALISING = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization'])

/** Rewrites the graph in place. Gives the facts of all values, new ones included. */
export function selectEarly(graph: Graph, facts: Facts): Facts {
  const known = new Map(facts)
  const g = new GraphBuilder(graph, 'select')
  const selections = findSelections(graph, known, g)
  for (let moved = true; moved;) {
    moved = false
    const consumers = graph.consumers()
    const producers = graph.producers()
    for (const [node, selection] of selections) {
      const value = node.inputs[0]!
      const producer = producers.get(value)
      const readers = consumers.get(value) ?? []
      const alike = readers.every((reader) => sameSelection(selections.get(reader), selection))
      if (!producer || !alike || graph.outputs.some(({ name }) => name === value)) continue
      const axes = operandAxes(producer, selection.axis, known)
      if (!axes) continue
      push(graph, g, known, selections, { producer, axes, selection, readers })
      moved = true
      break
    }
  }
  graph.sort()
  graph.prune()
  return known
}

/** Gathers of constant tokens; one of a single token becomes a selection and a squeeze. */
function findSelections(graph: Graph, facts: Map<string, ValueFacts>, g: GraphBuilder): Map<GraphNode, Selection> {
  const selections = new Map<GraphNode, Selection>()
  for (const node of [...graph.nodes]) {
    if (node.op !== 'Gather' || node.domain !== '') continue
    const from = facts.get(node.inputs[0]!)
    const index = facts.get(node.inputs[1]!)
    if (!from || !index?.constant || index.dims.length > 1 || from.dims.length < 3) continue
    const axis = wrap(node.intAttr('axis', 0), from.dims.length)
    if (axis === 0 || axis === from.dims.length - 1 || axis === from.batchAxis) continue
    const indices = Array.from(index.constant.data as BigInt64Array, (value) => wrap(Number(value), from.dims[axis]!))
    const selection = { axis, indices }
    if (index.dims.length === 0) {
      const kept = select(graph, g, facts, selections, node.inputs[0]!, selection)
      graph.nodes = graph.nodes.filter((other) => other !== node)
      g.op(
        'Squeeze',
        g.opset >= 13 ? [kept, g.ints([axis])] : [kept],
        g.opset >= 13 ? {} : { axes: [axis] },
        node.outputs,
      )
    } else {
      selections.set(node, selection)
    }
  }
  return selections
}

/** Appends a selection of a value and gives its name. */
function select(
  graph: Graph,
  g: GraphBuilder,
  facts: Map<string, ValueFacts>,
  selections: Map<GraphNode, Selection>,
  value: string,
  selection: Selection,
): string {
  const { axis, indices } = selection
  const name = graph.fresh('select/Gather')
  const index = g.constant(int64([indices.length], indices))
  const node = new GraphNode('Gather', [value, index], [name], attributes({ axis }))
  graph.nodes.push(node)
  facts.set(index, { type: 'int64', dims: [indices.length], batchAxis: null, constant: graph.constant(index) })
  facts.set(name, selectedFacts(facts.get(value)!, selection))
  selections.set(node, selection)
  return name
}

interface Push {
  producer: GraphNode
  /** Axis to select of each operand; null leaves it alone. */
  axes: (number | null)[]
  selection: Selection
  readers: GraphNode[]
}

/** Replaces the selections of a node's output by the node over selections of its operands. */
function push(
  graph: Graph,
  g: GraphBuilder,
  facts: Map<string, ValueFacts>,
  selections: Map<GraphNode, Selection>,
  { producer, axes, selection, readers }: Push,
): void {
  const inputs = producer.inputs.map((input, index) => {
    const axis = axes[index] ?? null
    return axis === null ? input : select(graph, g, facts, selections, input, { axis, indices: selection.indices })
  })
  const output = graph.fresh(`select/${producer.op}`)
  const outputFacts = selectedFacts(facts.get(producer.outputs[0]!)!, selection)
  facts.set(output, outputFacts)
  if (producer.op === 'Reshape') {
    inputs[1] = g.ints(reshapeDims(outputFacts))
    facts.set(inputs[1], {
      type: 'int64',
      dims: [outputFacts.dims.length],
      batchAxis: null,
      constant: graph.constant(inputs[1]),
    })
  }
  graph.nodes.push(new GraphNode(producer.op, inputs, [output], producer.attributes, producer.domain))
  for (const reader of readers) {
    selections.delete(reader)
    graph.replaceUses(reader.outputs[0]!, output)
  }
  const gone = new Set([...readers, producer])
  graph.nodes = graph.nodes.filter((node) => !gone.has(node))
}

/** For each operand the axis on which a selection along the output's `axis` selects; null where the node mixes tokens. */
function operandAxes(node: GraphNode, axis: number, facts: Facts): (number | null)[] | null {
  if (node.domain !== '' || node.outputs.slice(1).some(Boolean)) return null
  const [first] = node.inputs as [string]
  const out = facts.get(node.outputs[0]!)
  const input = facts.get(first)
  if (!out || !input) return null
  const rank = out.dims.length
  const firstOnly = (at: number) => node.inputs.map((_, index) => (index === 0 ? at : null))
  if (ELEMENTWISE.has(node.op)) return firstOnly(axis)
  if (BROADCASTING.has(node.op)) return node.inputs.map((name) => broadcastAxis(facts.get(name), out, axis))
  if (NORMALISING.has(node.op)) return wrap(node.intAttr('axis', -1), rank) > axis ? firstOnly(axis) : null
  if (node.op === 'Transpose') return firstOnly(node.intsAttr('perm')?.[axis] ?? rank - 1 - axis)
  if (node.op === 'MatMul') {
    const second = facts.get(node.inputs[1]!)
    const rows = input.dims.length === rank && axis === rank - 2
    const tokenwise = second?.dims.length === 2 && input.dims.length === rank && axis < rank - 1
    return rows || tokenwise ? firstOnly(axis) : null
  }
  if (node.op === 'Reshape') {
    const kept = input.dims.slice(0, axis + 1).every((dim, at) => dim === out.dims[at])
    return kept && input.batchAxis === out.batchAxis && input.dims.length > axis ? firstOnly(axis) : null
  }
  return null
}

function broadcastAxis(operand: ValueFacts | undefined, out: ValueFacts, axis: number): number | null {
  if (!operand) return null
  const own = axis - (out.dims.length - operand.dims.length)
  return own >= 0 && operand.dims[own] === out.dims[axis] ? own : null
}

function selectedFacts(facts: ValueFacts, { axis, indices }: Selection): ValueFacts {
  const dims = facts.dims.map((dim, at) => (at === axis ? indices.length : dim))
  return { type: facts.type, dims, batchAxis: facts.batchAxis }
}

function sameSelection(a: Selection | undefined, b: Selection): boolean {
  return a !== undefined && a.axis === b.axis && a.indices.join() === b.indices.join()
}

function wrap(value: number, length: number): number {
  return value < 0 ? value + length : value
}
