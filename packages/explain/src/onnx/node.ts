/** One operator of a graph, with its attributes read by name. */
import { create } from '@bufbuild/protobuf'
import { AttributeProto_AttributeType as A, AttributeProtoSchema, type AttributeProto, type GraphProto } from 'onnx-buf'
import { encodeTensor, decodeTensor } from './proto-tensor'
import type { Tensor } from './tensor'

/** The value of an attribute: a whole number is an int, `{ float }` a float, an array of numbers ints, `{ floats }` floats. */
export type AttributeInput =
  number | string | readonly number[] | Tensor | { float: number } | { floats: readonly number[] }

/** One operator of a graph (onnx.proto, NodeProto). Inputs and outputs are names of values; '' is an optional one that is left out. */
export class GraphNode {
  /** A node; the graph that it is put into is not checked. */
  constructor(
    /** The operator's type, such as 'MatMul'. */
    readonly op: string,
    /** Names of the values that it reads. */
    public inputs: string[],
    /** Names of the values that it computes. */
    public outputs: string[],
    /** Attributes as the file holds them; `intAttr` and the like read one. */
    public attributes: AttributeProto[] = [],
    /** Domain of the operator; '' is ONNX's own. */
    readonly domain = '',
    /** The node's name in the file; '' where it has none. */
    readonly name = '',
    /** The overload of a model-local function that is called (IR version 10). */
    readonly overload = '',
  ) {}

  /** The operator with its domain where it is not ONNX's own: `com.microsoft.FusedMatMul`. */
  get qualifiedOp(): string {
    return this.domain === '' ? this.op : `${this.domain}.${this.op}`
  }

  /** How a message names this node: its name, or its first output. */
  get label(): string {
    return this.name !== '' ? this.name : (this.outputs[0] ?? this.op)
  }

  /** The attribute as the file holds it; undefined where the node does not have it. */
  attribute(name: string): AttributeProto | undefined {
    return this.attributes.find((attribute) => attribute.name === name)
  }

  /** An int attribute, else `fallback`. */
  intAttr(name: string): number | undefined
  intAttr(name: string, fallback: number): number
  intAttr(name: string, fallback?: number): number | undefined {
    const attribute = this.attribute(name)
    return attribute ? Number(attribute.i) : fallback
  }

  /** A float attribute, else `fallback`. */
  floatAttr(name: string, fallback: number): number {
    return this.attribute(name)?.f ?? fallback
  }

  /** A string attribute, else `fallback`. */
  stringAttr(name: string, fallback: string): string {
    const attribute = this.attribute(name)
    return attribute ? new TextDecoder().decode(attribute.s) : fallback
  }

  /** A list of ints; undefined where the node does not have it. */
  intsAttr(name: string): number[] | undefined {
    return this.attribute(name)?.ints.map(Number)
  }

  /** A tensor; undefined where the node does not have it. */
  tensorAttr(name: string): Tensor | undefined {
    const tensor = this.attribute(name)?.t
    return tensor && decodeTensor(tensor)
  }

  /** All values that the node reads: its inputs, and what graphs in its attributes (branches of an If) read from around them. */
  reads(): string[] {
    const inner = this.attributes.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs])
    return inner.length === 0 ? this.inputs : [...this.inputs, ...inner.flatMap(freeNames)]
  }

  /** A copy that shares nothing that edits touch. */
  clone(): GraphNode {
    const { op, inputs, outputs, attributes: values, domain, name, overload } = this
    return new GraphNode(op, [...inputs], [...outputs], [...values], domain, name, overload)
  }
}

/** Names that an inner graph reads and does not compute itself. */
function freeNames(body: GraphProto): string[] {
  const own = new Set([...body.input, ...body.initializer].map(({ name }) => name))
  for (const { output } of body.node) for (const name of output) own.add(name)
  const read = body.node.flatMap(({ input, attribute }) => [
    ...input,
    ...attribute.flatMap(({ g }) => (g ? freeNames(g) : [])),
  ])
  return [...read, ...body.output.map(({ name }) => name)].filter((name) => name !== '' && !own.has(name))
}

/** Attributes from plain values: whole numbers become ints, `{ float }` floats, arrays ints. */
export function attributes(values: Record<string, AttributeInput | undefined>): AttributeProto[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [attributeOf(name, value)]))
}

function attributeOf(name: string, value: AttributeInput): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: A.INT, i: BigInt(value) })
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: A.STRING, s: new TextEncoder().encode(value) })
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: A.FLOAT, f: value.float })
  if ('floats' in value) return create(AttributeProtoSchema, { name, type: A.FLOATS, floats: [...value.floats] })
  if ('dims' in value) return create(AttributeProtoSchema, { name, type: A.TENSOR, t: encodeTensor('', value) })
  return create(AttributeProtoSchema, { name, type: A.INTS, ints: value.map(BigInt) })
}
