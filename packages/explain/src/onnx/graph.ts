/** An editable ONNX graph: nodes in topological order, constants by name, inputs and outputs. */
import type { FunctionProto, TensorProto, ValueInfoProto } from 'onnx-buf'
import { HeadlightError } from '../errors'
import type { GraphNode } from './node'
import { decodeTensor, encodeTensor, isExternal } from './proto-tensor'
import type { GraphFile } from './run-graph'
import type { ElementType, Tensor } from './tensor'

/** A graph input or output. Symbolic dimensions are strings, unknown ones '?'. */
export interface ValueInfo {
  /** The value's name in the graph. */
  name: string
  /** 'unknown' leaves an output's type to the runtime. */
  type: ElementType | 'unknown'
  /** Shape, one entry an axis. */
  dims: (number | string)[]
}

/** timm's mvitv2_base has 10,600. Reading a plain ViT of 17,000 takes a minute and a half. */
const MAX_NODES = 40_000

/** Throws 'unsupported-model' for more operators than any model has that Headlight explains. */
export function checkNodeCount(count: number): void {
  if (count <= MAX_NODES) return
  throw new HeadlightError(
    'unsupported-model',
    `The model has more than ${MAX_NODES} operators (functions inlined); Headlight takes up to that many. Export it again as one plain graph.`,
  )
}

/** The model's own file that a graph's weights lie in. */
export interface OwnFile {
  /** Absolute, links followed. */
  path: string
  /** Which version of the file it is. */
  stamp: string
}

/**
 * The graph of an ONNX model, and what its file says beside it: opsets, producer, IR version (onnx.proto, ModelProto).
 * `readModel` reads one, `writeModel` serialises one. Values are names; editing changes the graph in place.
 */
export class Graph {
  /** In topological order. */
  nodes: GraphNode[] = []
  /** Constants by name, as the file holds them; `constant` decodes one. */
  initializers = new Map<string, TensorProto>()
  /** Inputs that the caller feeds; initializers are not among them. */
  inputs: ValueInfo[] = []
  /** Values that running the graph gives, in the order of the file. */
  outputs: ValueInfo[] = []
  /** Opset version by domain; '' is ONNX's own. */
  opsets = new Map<string, number>()
  /** The program that wrote the file, such as 'pytorch'; '' where the file does not say. */
  producer = ''
  /** Version of the file format (ModelProto.ir_version). */
  irVersion = 8
  /** Model-local functions (ModelProto.functions); `readModel` replaces calls by their bodies. */
  functions: FunctionProto[] = []
  /** Folder of external data, null where all constants are inside. */
  dataFolder: string | null = null
  /** The file that the graph was read from, unchanged, for comparisons; null where it was not read from a file. */
  file: GraphFile | null = null
  /** The file itself, where large weights are references into it (`referToOwnFile`). */
  ownFile: OwnFile | null = null
  #counter = 0

  /** Opset of ONNX's own operators (domain ''); 0 where the file names none. */
  get opset(): number {
    return this.opsets.get('') ?? 0
  }

  /** A copy that can be edited; constants are shared until they are replaced. */
  clone(): Graph {
    const copy = new Graph()
    copy.nodes = this.nodes.map((node) => node.clone())
    copy.initializers = new Map(this.initializers)
    copy.inputs = this.inputs.map((info) => ({ ...info, dims: [...info.dims] }))
    copy.outputs = this.outputs.map((info) => ({ ...info, dims: [...info.dims] }))
    copy.opsets = new Map(this.opsets)
    copy.producer = this.producer
    copy.irVersion = this.irVersion
    copy.functions = this.functions
    copy.dataFolder = this.dataFolder
    copy.file = this.file
    copy.ownFile = this.ownFile
    copy.#counter = this.#counter
    return copy
  }

  /** Makes `fresh` avoid the names of a file that this package wrote. */
  reserveNames(): void {
    const names = [...this.initializers.keys(), ...this.nodes.flatMap(({ outputs }) => outputs)]
    for (const name of names) {
      const number = name.startsWith('headlight/') ? Number(name.slice(name.lastIndexOf('_') + 1)) : NaN
      if (Number.isInteger(number)) this.#counter = Math.max(this.#counter, number + 1)
    }
  }

  /** A value name that nothing in the graph uses. */
  fresh(hint: string): string {
    return `headlight/${hint}_${this.#counter++}`
  }

  /** Adds a constant under a fresh name, and gives that name. */
  addConstant(hint: string, tensor: Tensor): string {
    const name = this.fresh(hint)
    this.initializers.set(name, encodeTensor(name, tensor))
    return name
  }

  /** The value of a constant. Undefined for computed values, and for constants whose data is in an external file. */
  constant(name: string): Tensor | undefined {
    const initializer = this.initializers.get(name)
    return initializer && !isExternal(initializer) ? decodeTensor(initializer) : undefined
  }

  /** The node that computes each value, by the value's name. */
  producers(): Map<string, GraphNode> {
    const producers = new Map<string, GraphNode>()
    for (const node of this.nodes) for (const output of node.outputs) if (output) producers.set(output, node)
    return producers
  }

  /** The nodes that read each value, by the value's name. */
  consumers(): Map<string, GraphNode[]> {
    const consumers = new Map<string, GraphNode[]>()
    for (const node of this.nodes) {
      for (const input of new Set(node.inputs)) {
        if (!input) continue
        const readers = consumers.get(input)
        if (readers) readers.push(node)
        else consumers.set(input, [node])
      }
    }
    return consumers
  }

  /** Drops nodes and constants that no output needs. */
  prune(): void {
    const needed = new Set(this.outputs.map((output) => output.name))
    const kept: GraphNode[] = []
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue
      kept.push(node)
      for (const input of node.reads()) if (input) needed.add(input)
    }
    this.nodes = kept.reverse()
    for (const name of this.initializers.keys()) if (!needed.has(name)) this.initializers.delete(name)
  }

  /** Makes every reader of `from` read `to`, graph outputs excepted. */
  replaceUses(from: string, to: string): void {
    for (const node of this.nodes) node.inputs = node.inputs.map((input) => (input === from ? to : input))
  }

  /** Orders the nodes so that each comes after what it reads. Throws 'unreadable-model' on a cycle. */
  sort(): void {
    const producers = this.producers()
    const state = new Map<GraphNode, 'open' | 'done'>()
    const ordered: GraphNode[] = []
    for (const root of this.nodes) {
      const stack = [root]
      while (stack.length > 0) {
        const node = stack.at(-1)!
        if (state.get(node) === 'done') {
          stack.pop()
          continue
        }
        const waiting = node.inputs.flatMap((input) => {
          const producer = producers.get(input)
          return producer && state.get(producer) !== 'done' ? [producer] : []
        })
        if (waiting.length === 0) {
          state.set(node, 'done')
          ordered.push(node)
          stack.pop()
        } else if (state.get(node) === 'open') {
          throw new HeadlightError('unreadable-model', `The graph has a cycle through node '${node.label}'.`)
        } else {
          state.set(node, 'open')
          for (const producer of waiting) stack.push(producer)
        }
      }
    }
    this.nodes = ordered
  }
}

export type { TensorProto, ValueInfoProto }
