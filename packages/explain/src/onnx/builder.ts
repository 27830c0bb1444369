/** Appends standard operators to a graph, in the form that the graph's opset wants. */
import type { Graph } from './graph'
import { attributes, GraphNode, type AttributeInput } from './node'
import { float32, int64, type ElementType, type Tensor } from './tensor'

/** Attributes of an operator by name: whole numbers are ints, `{ float }` is a float, arrays are ints; undefined is left out. */
export type Attributes = Record<string, AttributeInput | undefined>

/**
 * Appends ONNX operators to one graph. Values are names: each method takes the names of its inputs, appends the operator of its
 * own name, and gives the name of the output. Axes are written as inputs or as attributes, as the graph's opset wants them.
 * Shapes are not checked here; ONNX Runtime checks them when the graph is loaded. Operators: onnx/docs/Operators.md.
 */
export class GraphBuilder {
  readonly #append: (node: GraphNode) => void
  readonly #scalars = new Map<string, string>()
  /** Element type of new floating-point constants: float32, or float64 beside float64 values. */
  floatType: ElementType = 'float32'

  /** Appends to `graph`; `scope` starts the names of new values. */
  constructor(
    /** The graph that is appended to. */
    readonly graph: Graph,
    /** Prefix of the names of new values. */
    readonly scope: string,
    append: (node: GraphNode) => void = (node) => graph.nodes.push(node),
  ) {
    this.#append = append
  }

  /** Opset of ONNX's own operators in the graph. */
  get opset(): number {
    return this.graph.opset
  }

  /** Appends one operator and gives the name of its first output. `outputs` names them instead of fresh names. */
  op(op: string, inputs: string[], values: Attributes = {}, outputs?: string[]): string {
    const names = outputs ?? [this.graph.fresh(`${this.scope}/${op}`)]
    this.#append(new GraphNode(op, inputs, names, attributes(values)))
    return names[0]!
  }

  /** Appends the operator of `node`, with its attributes, on other inputs; `changes` replaces attributes, undefined removes one. */
  like(node: GraphNode, inputs: string[], changes: Attributes = {}, count = 1): string[] {
    const names = Array.from({ length: count }, () => this.graph.fresh(`${this.scope}/${node.op}`))
    const kept = node.attributes.filter(({ name }) => !Object.hasOwn(changes, name))
    this.#append(new GraphNode(node.op, inputs, names, [...kept, ...attributes(changes)], node.domain))
    return names
  }

  /** Like `op`, with as many outputs as asked for. */
  ops(op: string, inputs: string[], count: number, values: Attributes = {}): string[] {
    const names = Array.from({ length: count }, () => this.graph.fresh(`${this.scope}/${op}`))
    this.op(op, inputs, values, names)
    return names
  }

  /** A scalar constant of the current floating-point type, made once. */
  scalar(value: number): string {
    const sign = Object.is(value, -0) ? '-' : ''
    return this.#cached(`${this.floatType} ${sign}${value}`, () => this.floats([], [value]))
  }

  /** Calls `build` with `floatType` set to float64 where `type` is float64, else to float32, and gives its result. */
  meeting<Result>(type: ElementType | undefined, build: () => Result): Result {
    const before = this.floatType
    this.floatType = type === 'float64' ? 'float64' : 'float32'
    try {
      return build()
    } finally {
      this.floatType = before
    }
  }

  /** A tensor of shape `dims` with the current floating-point type; it is not added to the graph. */
  floats(dims: number[], values: ArrayLike<number>): Tensor {
    if (this.floatType === 'float64') return { type: 'float64', dims, data: Float64Array.from(values) }
    return float32(dims, values)
  }

  /** Adds a tensor to the graph's constants and gives its name. */
  constant(tensor: Tensor): string {
    return this.graph.addConstant(`${this.scope}/constant`, tensor)
  }

  /** A one-dimensional int64 constant, made once. */
  ints(values: readonly number[]): string {
    return this.#cached(`ints ${values.join(',')}`, () => int64([values.length], values))
  }

  /** A zero-dimensional int64 constant, made once. */
  int(value: number): string {
    return this.#cached(`int ${value}`, () => int64([], [value]))
  }

  /** a + b, with ONNX's broadcasting, as `sub`, `mul` and `div`. */
  add = (a: string, b: string) => this.op('Add', [a, b])
  /** a - b. */
  sub = (a: string, b: string) => this.op('Sub', [a, b])
  /** a * b. */
  mul = (a: string, b: string) => this.op('Mul', [a, b])
  /** a / b. */
  div = (a: string, b: string) => this.op('Div', [a, b])
  /** -a. */
  neg = (a: string) => this.op('Neg', [a])
  /** Matrix product of `[..., M, K]` and `[..., K, N]`. */
  matMul = (a: string, b: string) => this.op('MatMul', [a, b])
  /** factor * a; gives `a` itself where the factor is 1. */
  scale = (a: string, factor: number) => (factor === 1 ? a : this.mul(a, this.scalar(factor)))
  /** Axis i of the output is axis perm[i] of `a`. */
  transpose = (a: string, perm: readonly number[]) => this.op('Transpose', [a], { perm })
  /** `a` in C order with new dimensions; -1 is inferred, 0 copies the input's. */
  reshape = (a: string, dims: readonly number[]) => this.op('Reshape', [a, this.ints(dims)])
  /** The values one after the other along an axis; gives a single value as it is. */
  concat = (values: string[], axis: number) => (values.length === 1 ? values[0]! : this.op('Concat', values, { axis }))
  /** `yes` where the bool `condition` is true, `no` elsewhere; broadcasts. */
  where = (condition: string, yes: string, no: string) => this.op('Where', [condition, yes, no])
  /** max(a, 0). */
  relu = (a: string) => this.op('Relu', [a])
  /** `a` as another element type; `to` is a TensorProto.DataType. */
  cast = (a: string, to: number) => this.op('Cast', [a], { to })
  /** Entries of `a` along an axis, by int64 indices. */
  gather = (a: string, indices: string, axis: number) => this.op('Gather', [a, indices], { axis })

  /**
   * A reduction such as 'ReduceSum' over `axes`. ReduceSum has its axes as an input from opset 13, the others from opset 18.
   */
  reduce(op: string, a: string, axes: readonly number[], keepDims: boolean): string {
    const asInput = op === 'ReduceSum' ? this.opset >= 13 : this.opset >= 18
    const keepdims = keepDims ? 1 : 0
    return asInput ? this.op(op, [a, this.ints(axes)], { keepdims }) : this.op(op, [a], { axes, keepdims })
  }

  /** Sum over `axes`. */
  sum = (a: string, axes: readonly number[], keepDims: boolean) => this.reduce('ReduceSum', a, axes, keepDims)
  /** Mean over `axes`. */
  mean = (a: string, axes: readonly number[], keepDims: boolean) => this.reduce('ReduceMean', a, axes, keepDims)

  /** Inserts axes of length 1 at the places `axes` of the output. */
  unsqueeze(a: string, axes: readonly number[]): string {
    return this.opset >= 13 ? this.op('Unsqueeze', [a, this.ints(axes)]) : this.op('Unsqueeze', [a], { axes })
  }

  /** Removes the axes `axes`, whose length is 1. */
  squeeze(a: string, axes: readonly number[]): string {
    return this.opset >= 13 ? this.op('Squeeze', [a, this.ints(axes)]) : this.op('Squeeze', [a], { axes })
  }

  /** From `starts` up to `ends` (exclusive) along each of `axes`. */
  slice(a: string, starts: readonly number[], ends: readonly number[], axes: readonly number[]): string {
    return this.op('Slice', [a, this.ints(starts), this.ints(ends), this.ints(axes)])
  }

  /** Puts `count` zeros behind the last place of an axis of a value with `rank` axes. */
  padAfter(a: string, { axis, count, rank }: { axis: number; count: number; rank: number }): string {
    const pads = Array.from({ length: 2 * rank }, (_, at) => (at === rank + axis ? count : 0))
    return this.op('Pad', [a, this.ints(pads)])
  }

  /** Splits along an axis into parts of the given sizes. */
  split(a: string, sizes: readonly number[], axis: number): string[] {
    return this.opset >= 13
      ? this.ops('Split', [a, this.ints(sizes)], sizes.length, { axis })
      : this.ops('Split', [a], sizes.length, { axis, split: sizes })
  }

  #cached(key: string, make: () => Tensor): string {
    let name = this.#scalars.get(key)
    if (name === undefined) {
      name = this.constant(make())
      this.#scalars.set(key, name)
    }
    return name
  }
}
