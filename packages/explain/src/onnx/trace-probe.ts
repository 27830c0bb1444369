/** A segment of a graph with the shape and an element of each of its values as outputs. */
import { GraphBuilder } from './builder'
import type { Graph, ValueInfo } from './graph'
import type { Segment } from './graph-segments'
import type { GraphNode } from './node'
import type { Tensor } from './tensor'

/** Largest number of elements of a value that is read as a whole: shape arithmetic is smaller, weights are larger. */
export const LARGEST_CONSTANT = 4096

/** What is looked at of a value, by the names of outputs. */
export interface Look {
  name: string
  shape: string
  /** Its first element; where no pixel changes it, the first `LARGEST_CONSTANT` and one more. */
  element: string
  whole: boolean
}

/** The segment on `values`, which tell types and ranks of what it reads. */
export function probeGraph(
  graph: Graph,
  { nodes, reads, gives }: Segment,
  values: Readonly<Record<string, Tensor>>,
  independent: ReadonlySet<string>,
): { graph: Graph; looks: Look[] } {
  const probe = graph.clone()
  const own = new Set(graph.inputs.map(({ name }) => name))
  probe.inputs = [
    ...graph.inputs.filter(({ name }) => reads.includes(name)),
    ...reads
      .filter((name) => !own.has(name))
      .map((name) => ({ name, type: values[name]!.type, dims: values[name]!.dims.map(() => '?') })),
  ]
  // Each probe is placed right after its node: ONNX Runtime takes far longer to load a graph with all of them at the end.
  const placed: GraphNode[] = []
  const g = new GraphBuilder(probe, `trace-${nodes[0]!.outputs.find(Boolean)}`, (node) => placed.push(node))
  const looks: Look[] = []
  for (const node of nodes) {
    placed.push(node.clone())
    for (const name of node.outputs.filter(Boolean)) {
      const whole = independent.has(name)
      const shape = g.op('Shape', [name])
      const element = g.slice(g.reshape(name, [-1]), [0], [whole ? LARGEST_CONSTANT + 1 : 1], [0])
      looks.push({ name, shape, element, whole })
    }
  }
  probe.nodes = placed
  // Types are what the run is to find out; outputs without a type are inferred by the runtime.
  const unknown = (name: string): ValueInfo => ({ name, type: 'unknown', dims: [] })
  probe.outputs = [
    ...looks.map(({ shape }): ValueInfo => ({ name: shape, type: 'int64', dims: ['?'] })),
    ...looks.map(({ element }) => unknown(element)),
    ...gives.map(unknown),
  ]
  const read = new Set(placed.flatMap((node) => node.reads()))
  for (const name of probe.initializers.keys()) if (!read.has(name)) probe.initializers.delete(name)
  return { graph: probe, looks }
}
