/** What a file does to its logits in the end, by operator or written out: softmax, log-softmax, sigmoid. */
import type { ModelReport } from './report'
import type { Facts } from '../onnx/facts'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'

type Ending = ModelReport['ending']

export interface FoundEnding {
  /** The value before the ending: the logits. */
  value: string
  ending: Exclude<Ending, 'none'>
}

/** Operators that leave probabilities what they are, each by its first input. */
const SHAPE_AND_TYPE = new Set('Identity Cast Reshape Flatten Squeeze Unsqueeze Clip Dropout Transpose'.split(' '))

/** The ending of an output, whatever reshapes, casts, clips and logarithms stand behind it; null where there is none. */
export function findEnding(graph: Graph, facts: Facts, output: string): FoundEnding | null {
  const read = new Reader(graph, facts)
  let value = output
  let last: 'Log' | 'Exp' | null = null
  for (;;) {
    const found = read.ending(value)
    if (found?.ending === 'softmax' && last === 'Log') return { ...found, ending: 'log-softmax' }
    if (found?.ending === 'log-softmax' && last === 'Exp') return { ...found, ending: 'softmax' }
    if (found) return last === 'Exp' ? null : found
    const node = read.node(value)
    if (!node) return null
    const rescales = read.rescaled(node)
    if ((node.op === 'Log' || node.op === 'Exp') && last === null) last = node.op
    else if (!SHAPE_AND_TYPE.has(node.op) && rescales === null) return null
    value = rescales ?? node.inputs[0]!
  }
}

/** Reads formulas off the graph, seen through reshapes and casts. */
class Reader {
  readonly #graph: Graph
  readonly #facts: Facts
  readonly #producers: Map<string, GraphNode>

  constructor(graph: Graph, facts: Facts) {
    this.#graph = graph
    this.#facts = facts

    this.#producers = graph.producers()
  }

  node(value: string): GraphNode | undefined {
    const node = this.#producers.get(value)
    return node?.domain === '' ? node : undefined
  }

  ending(value: string): FoundEnding | null {
    const node = this.node(value)
    if (node?.op === 'Softmax' && this.#overClasses(node)) return this.#found(node, 'softmax')
    if (node?.op === 'LogSoftmax' && this.#overClasses(node)) return this.#found(node, 'log-softmax')
    if (node?.op === 'Sigmoid') return this.#found(node, 'sigmoid')
    const softmax = this.#softmax(value)
    if (softmax !== null) return { value: softmax, ending: 'softmax' }
    const logSoftmax = this.#logSoftmax(value)
    if (logSoftmax !== null) return { value: logSoftmax, ending: 'log-softmax' }
    const sigmoid = this.#sigmoid(value)
    return sigmoid === null ? null : { value: sigmoid, ending: 'sigmoid' }
  }

  #found({ inputs }: GraphNode, ending: FoundEnding['ending']): FoundEnding {
    // The transpose is for the operator only; the logits are read before it.
    let value = inputs[0]!
    for (let before = this.node(value); before?.op === 'Transpose'; before = this.node(value)) value = before.inputs[0]!
    return { value, ending }
  }

  /** Whether a softmax is taken over the classes of each picture, and not over pictures or places. */
  #overClasses(node: GraphNode): boolean {
    const { dims, batchAxis } = this.#facts.get(node.inputs[0]!)!
    const asked = node.intAttr('axis', this.#graph.opset >= 13 ? -1 : 1)
    const axis = asked < 0 ? asked + dims.length : asked
    // Before opset 13 all axes from this one on count as one.
    const last = this.#graph.opset >= 13 ? axis : dims.length - 1
    return dims.every((dim, at) => (at >= axis && at <= last ? at !== batchAxis : at === batchAxis || dim === 1))
  }

  /** What an operator adds a constant number to, or multiplies by a positive one; null where it does neither. */
  rescaled({ op, inputs }: GraphNode): string | null {
    const [first, second] = inputs as [string, string]
    const [number, other] = [this.#scalar(second), this.#scalar(first)]
    if (op === 'Add' || op === 'Mul') {
      const [value, constant] = number === null ? [second, other] : [first, number]
      return constant !== null && (op === 'Add' || constant > 0) ? value : null
    }
    if (op === 'Sub') return number === null ? null : first
    return op === 'Div' && number !== null && number > 0 ? first : null
  }

  /** exp(z) / sum exp(z), the largest z subtracted or not. */
  #softmax(value: string): string | null {
    const [powers, sum] = this.#quotient(value) ?? []
    if (powers === undefined || this.#operand(sum!, 'ReduceSum') !== powers) return null
    const exponent = this.#operand(powers, 'Exp')
    return exponent === null ? null : this.#withoutLargest(exponent)
  }

  /** z - log sum exp(z), the largest z subtracted or not. */
  #logSoftmax(value: string): string | null {
    const difference = this.node(value)
    if (difference?.op !== 'Sub') return null
    const [z, logSum] = difference.inputs as [string, string]
    if (this.#operand(logSum, 'ReduceLogSumExp') === z || this.#logSumExp(logSum) === z) return this.#withoutLargest(z)
    // z - (max + log sum exp(z - max))
    const added = this.node(this.#through(logSum))
    if (added?.op !== 'Add') return null
    const shifted = added.inputs.map((input) => this.#logSumExp(input)).find((found) => found !== null)
    return shifted !== undefined && shifted !== null && this.#withoutLargest(shifted) === z ? z : null
  }

  #logSumExp(value: string): string | null {
    const sum = this.#operand(value, 'Log')
    const powers = sum === null ? null : this.#operand(sum, 'ReduceSum')
    return powers === null ? null : this.#operand(powers, 'Exp')
  }

  /** 1 / (1 + exp(-z)) or exp(z) / (1 + exp(z)). */
  #sigmoid(value: string): string | null {
    const [top, bottom] = this.#quotient(value) ?? []
    if (top === undefined) return null
    const powers = this.#plusOne(bottom!)
    const exponent = powers === null ? null : this.#operand(powers, 'Exp')
    if (exponent === null) return null
    if (top === powers) return exponent
    return this.#scalar(top) === 1 ? this.#negated(exponent) : null
  }

  /** [a, b] of a / b; '1' over b is Reciprocal as well. */
  #quotient(value: string): [string, string] | null {
    const node = this.node(value)
    if (node?.op === 'Div') return [this.#through(node.inputs[0]!), this.#through(node.inputs[1]!)]
    if (node?.op === 'Reciprocal') return [ONE, this.#through(node.inputs[0]!)]
    if (node?.op !== 'Mul') return null
    const [first, second] = node.inputs as [string, string]
    const inverse = this.#operand(second, 'Reciprocal')
    return inverse === null ? null : [this.#through(first), this.#through(inverse)]
  }

  #plusOne(value: string): string | null {
    const node = this.node(value)
    if (node?.op !== 'Add') return null
    const [first, second] = node.inputs as [string, string]
    if (this.#scalar(first) === 1) return this.#through(second)
    return this.#scalar(second) === 1 ? this.#through(first) : null
  }

  #negated(value: string): string | null {
    const node = this.node(this.#through(value))
    if (node?.op === 'Neg') return node.inputs[0]!
    if (node?.op === 'Mul') {
      const [first, second] = node.inputs as [string, string]
      if (this.#scalar(second) === -1) return first
      if (this.#scalar(first) === -1) return second
    }
    return node?.op === 'Sub' && this.#scalar(node.inputs[0]!) === 0 ? node.inputs[1]! : null
  }

  #withoutLargest(value: string): string {
    const node = this.node(this.#through(value))
    if (node?.op !== 'Sub') return value
    const [z, largest] = node.inputs as [string, string]
    const of = this.#operand(largest, 'ReduceMax')
    return of !== null && this.#through(of) === this.#through(z) ? z : value
  }

  /** The input of the operator of this kind that made a value, reshapes and casts aside. */
  #operand(value: string, op: string): string | null {
    const node = this.node(this.#through(value))
    return node?.op === op ? this.#through(node.inputs[0]!) : null
  }

  /** The value before reshapes and casts. */
  #through(value: string): string {
    let before = value
    for (let node = this.node(before); node && SHAPE_AND_TYPE.has(node.op) && node.op !== 'Clip';) {
      before = node.inputs[0]!
      node = this.node(before)
    }
    return before
  }

  #scalar(value: string): number | null {
    if (value === ONE) return 1
    const constant = this.#facts.get(value)?.constant
    return constant?.data.length === 1 ? Number(constant.data[0]) : null
  }
}

const ONE = ' one'
