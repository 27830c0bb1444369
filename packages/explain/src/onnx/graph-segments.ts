/** A graph in pieces that are run one after the other, each on what those before it gave. */
import type { Graph } from './graph'
import type { GraphNode } from './node'

/** Consecutive nodes, the values from before that they read, and their own that later ones read. */
export interface Segment {
  nodes: GraphNode[]
  /** Not constants: every segment has those that it reads. */
  reads: string[]
  gives: string[]
  /** What no later one reads of that which it reads. */
  done: string[]
}

/** Cuts a graph, whose nodes are in order, where few values cross: segments of `most` nodes or fewer, and of half of that or more but for the last. */
export function segmentsOf(graph: Graph, most: number): Segment[] {
  const lastRead = new Map<string, number>()
  graph.nodes.forEach((node, at) => {
    for (const name of node.reads()) lastRead.set(name, at)
  })
  const cuts: number[] = []
  let open = 0
  const closes = new Map<number, number>()
  const crossing = graph.nodes.map(({ outputs }, at) => {
    for (const name of outputs) {
      const last = lastRead.get(name) ?? at
      if (name === '' || last === at) continue
      open++
      closes.set(last, (closes.get(last) ?? 0) + 1)
    }
    return (open -= closes.get(at) ?? 0)
  })
  for (let start = 0; start + most < graph.nodes.length; start = cuts.at(-1)!) {
    let best = start + most - 1
    for (let at = best; at >= start + Math.ceil(most / 2); at--) if (crossing[at]! < crossing[best]!) best = at
    cuts.push(best + 1)
  }
  const given = new Set(graph.inputs.map(({ name }) => name))
  return [0, ...cuts].map((start, index) => {
    const end = cuts[index] ?? graph.nodes.length
    const nodes = graph.nodes.slice(start, end)
    const reads = [...new Set(nodes.flatMap((node) => node.reads()))].filter((name) => given.has(name))
    const outputs = nodes.flatMap((node) => node.outputs).filter(Boolean)
    for (const name of outputs) given.add(name)
    const readLater = (name: string) => (lastRead.get(name) ?? -1) >= end
    return { nodes, reads, gives: outputs.filter(readLater), done: reads.filter((name) => !readLater(name)) }
  })
}
