/** One operator of a graph, with its attributes read by name. */
import { create } from '@bufbuild/protobuf'
import { AttributeProto_AttributeType as A, AttributeProtoSchema, type AttributeProto } from 'onnx-buf'
import { encodeTensor, decodeTensor } from './proto-tensor'
import type { Tensor } from './tensor'

export type AttributeInput = number | string | readonly number[] | Tensor | { float: number }

export class GraphNode {
  constructor(
    readonly op: string,
    public inputs: string[],
    public outputs: string[],
    public attributes: AttributeProto[] = [],
    readonly domain = '',
    readonly name = '',
    /** Which of a model-local function's overloads is called (IR version 10). */
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

  attribute(name: string): AttributeProto | undefined {
    return this.attributes.find((attribute) => attribute.name === name)
  }

  intAttr(name: string): number | undefined
  intAttr(name: string, fallback: number): number
  intAttr(name: string, fallback?: number): number | undefined {
    const attribute = this.attribute(name)
    return attribute ? Number(attribute.i) : fallback
  }

  floatAttr(name: string, fallback: number): number {
    return this.attribute(name)?.f ?? fallback
  }

  stringAttr(name: string, fallback: string): string {
    const attribute = this.attribute(name)
    return attribute ? new TextDecoder().decode(attribute.s) : fallback
  }

  intsAttr(name: string): number[] | undefined {
    return this.attribute(name)?.ints.map(Number)
  }

  tensorAttr(name: string): Tensor | undefined {
    const tensor = this.attribute(name)?.t
    return tensor && decodeTensor(tensor)
  }

  /** A copy that shares nothing that edits touch. */
  clone(): GraphNode {
    const { op, inputs, outputs, attributes: values, domain, name, overload } = this
    return new GraphNode(op, [...inputs], [...outputs], [...values], domain, name, overload)
  }
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
  if ('dims' in value) return create(AttributeProtoSchema, { name, type: A.TENSOR, t: encodeTensor('', value) })
  return create(AttributeProtoSchema, { name, type: A.INTS, ints: value.map(BigInt) })
}
