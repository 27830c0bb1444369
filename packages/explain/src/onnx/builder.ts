/** Appends standard operators to a graph, in the form that the graph's opset wants. */
import type { Graph } from './graph'
import { attributes, GraphNode, type AttributeInput } from './node'
import { float32, int64, type ElementType, type Tensor } from './tensor'

type Attributes = Record<string, AttributeInput | undefined>

/** A builder over one graph. Values are names; each method appends the operator that it is called after, gives the name of its output,
 * and writes axes as inputs or attributes as the opset wants them. */
export class GraphBuilder {
  private readonly scalars = new Map<string, string>()
  /** Element type of new floating-point constants: float32, or float64 where they meet doubles. */
  floatType: ElementType = 'float32'

  /** Appends to `graph`; `scope` starts the names of new values. */
  constructor(
    readonly graph: Graph,
    readonly scope: string,
    private readonly append: (node: GraphNode) => void = (node) => graph.nodes.push(node),
  ) {}

  get opset(): number {
    return this.graph.opset
  }

  /** Appends one operator and gives the name of its first output. `outputs` names them instead of fresh names. */
  op(op: string, inputs: string[], values: Attributes = {}, outputs?: string[]): string {
    const names = outputs ?? [this.graph.fresh(`${this.scope}/${op}`)]
    this.append(new GraphNode(op, inputs, names, attributes(values)))
    return names[0]!
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
    return this.cached(`${this.floatType} ${sign}${value}`, () => this.floats([], [value]))
  }

  /** What `build` gives, whose constants have the floating-point type of the value that they meet. */
  meeting<Result>(type: ElementType | undefined, build: () => Result): Result {
    const before = this.floatType
    this.floatType = type === 'float64' ? 'float64' : 'float32'
    try {
      return build()
    } finally {
      this.floatType = before
    }
  }

  floats(dims: number[], values: ArrayLike<number>): Tensor {
    if (this.floatType === 'float64') return { type: 'float64', dims, data: Float64Array.from(values) }
    return float32(dims, values)
  }

  constant(tensor: Tensor): string {
    return this.graph.addConstant(`${this.scope}/constant`, tensor)
  }

  /** A one-dimensional int64 constant, made once. */
  ints(values: readonly number[]): string {
    return this.cached(`ints ${values.join(',')}`, () => int64([values.length], values))
  }

  /** A zero-dimensional int64 constant, made once. */
  int(value: number): string {
    return this.cached(`int ${value}`, () => int64([], [value]))
  }

  add = (a: string, b: string) => this.op('Add', [a, b])
  sub = (a: string, b: string) => this.op('Sub', [a, b])
  mul = (a: string, b: string) => this.op('Mul', [a, b])
  div = (a: string, b: string) => this.op('Div', [a, b])
  neg = (a: string) => this.op('Neg', [a])
  matMul = (a: string, b: string) => this.op('MatMul', [a, b])
  scale = (a: string, factor: number) => (factor === 1 ? a : this.mul(a, this.scalar(factor)))
  transpose = (a: string, perm: readonly number[]) => this.op('Transpose', [a], { perm })
  reshape = (a: string, dims: readonly number[]) => this.op('Reshape', [a, this.ints(dims)])
  concat = (values: string[], axis: number) => (values.length === 1 ? values[0]! : this.op('Concat', values, { axis }))
  where = (condition: string, yes: string, no: string) => this.op('Where', [condition, yes, no])
  relu = (a: string) => this.op('Relu', [a])
  cast = (a: string, to: number) => this.op('Cast', [a], { to })
  gather = (a: string, indices: string, axis: number) => this.op('Gather', [a, indices], { axis })

  /** ReduceSum and Squeeze took their axes as an input from opset 13, the other reductions from opset 18. */
  reduce(op: string, a: string, axes: readonly number[], keepDims: boolean): string {
    const asInput = op === 'ReduceSum' ? this.opset >= 13 : this.opset >= 18
    const keepdims = keepDims ? 1 : 0
    return asInput ? this.op(op, [a, this.ints(axes)], { keepdims }) : this.op(op, [a], { axes, keepdims })
  }

  sum = (a: string, axes: readonly number[], keepDims: boolean) => this.reduce('ReduceSum', a, axes, keepDims)
  mean = (a: string, axes: readonly number[], keepDims: boolean) => this.reduce('ReduceMean', a, axes, keepDims)

  unsqueeze(a: string, axes: readonly number[]): string {
    return this.opset >= 13 ? this.op('Unsqueeze', [a, this.ints(axes)]) : this.op('Unsqueeze', [a], { axes })
  }

  squeeze(a: string, axes: readonly number[]): string {
    return this.opset >= 13 ? this.op('Squeeze', [a, this.ints(axes)]) : this.op('Squeeze', [a], { axes })
  }

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

  private cached(key: string, make: () => Tensor): string {
    let name = this.scalars.get(key)
    if (name === undefined) {
      name = this.constant(make())
      this.scalars.set(key, name)
    }
    return name
  }
}
