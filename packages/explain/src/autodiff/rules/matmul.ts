/** Matrix products. */
import { unbroadcast } from '../broadcast'
import type { ValueFacts } from '../../onnx/facts'
import { onlyGrad, rule, type RuleContext } from '../rule'

type G = RuleContext['g']

/** Swaps the last two axes. */
function transposed(g: G, name: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis)
  perm.push(...perm.splice(rank - 2, 1))
  return g.transpose(name, perm)
}

/** Shape and type of a value after one of its vector operands was made a matrix. */
function withAxis(facts: ValueFacts, axis: number): ValueFacts {
  const dims = [...facts.dims.slice(0, axis), 1, ...facts.dims.slice(axis)]
  const batchAxis = facts.batchAxis === null ? null : facts.batchAxis >= axis ? facts.batchAxis + 1 : facts.batchAxis
  return { ...facts, dims, batchAxis }
}

/** The gradient of one operand of a product, whose facts are those of the product of matrices. */
function productFacts(a: ValueFacts, grad: ValueFacts, rows: number, columns: number): ValueFacts {
  const lead = grad.dims.slice(0, -2)
  const batchAxis =
    grad.batchAxis !== null && grad.batchAxis < lead.length ? grad.batchAxis : rowBatchAxis(a, lead.length)
  return { type: a.type, dims: [...lead, rows, columns], batchAxis }
}

/** The batch may lie on the rows or columns of the operand itself (a merged batch). */
function rowBatchAxis(a: ValueFacts, lead: number): number | null {
  if (a.batchAxis === null) return null
  const fromEnd = a.dims.length - a.batchAxis
  return fromEnd <= 2 ? lead + 2 - fromEnd : null
}

export const matMulRules = [
  /** dA = dY B^T, dB = A^T dY, summed over broadcast axes; a vector is a matrix of one row or one column. */
  rule('MatMul', {}, (context) => {
    const { g, inputs, outputs, facts, needs } = context
    const rawA = facts(inputs[0]!)
    const rawB = facts(inputs[1]!)
    let [a, b, dy] = [inputs[0]!, inputs[1]!, onlyGrad(context)]
    let [factsA, factsB, factsY] = [rawA, rawB, facts(outputs[0]!)]
    if (factsA.dims.length === 1) {
      a = g.unsqueeze(a, [0])
      factsA = withAxis(factsA, 0)
      const axis = factsY.dims.length - (rawB.dims.length === 1 ? 0 : 1)
      dy = g.unsqueeze(dy, [axis])
      factsY = withAxis(factsY, axis)
    }
    if (factsB.dims.length === 1) {
      b = g.unsqueeze(b, [1])
      factsB = withAxis(factsB, 1)
      dy = g.unsqueeze(dy, [factsY.dims.length])
      factsY = withAxis(factsY, factsY.dims.length)
    }
    const [m, k] = factsA.dims.slice(-2) as [number, number]
    const n = factsB.dims.at(-1)!
    const gradA = () => {
      const full = g.matMul(dy, transposed(g, b, factsB.dims.length))
      const grad = unbroadcast(g, full, productFacts(factsA, factsY, m, k), factsA)
      return rawA === factsA ? grad : g.squeeze(grad, [0])
    }
    const gradB = () => {
      const full = g.matMul(transposed(g, a, factsA.dims.length), dy)
      const grad = unbroadcast(g, full, productFacts(factsB, factsY, k, n), factsB)
      return rawB === factsB ? grad : g.squeeze(grad, [1])
    }
    return [needs(0) ? gradA() : null, needs(1) ? gradB() : null]
  }),
  /** Y = alpha A' B' + beta C, where ' is an optional transpose. */
  rule('Gemm', {}, (context) => {
    const { g, node, inputs, outputs, facts, needs } = context
    const dy = onlyGrad(context)
    const alpha = node.floatAttr('alpha', 1)
    const transA = node.intAttr('transA', 0) === 1
    const transB = node.intAttr('transB', 0) === 1
    const product = (left: string, right: string, leftT: boolean, rightT: boolean) =>
      g.op('Gemm', [left, right], { alpha: { float: alpha }, transA: leftT ? 1 : 0, transB: rightT ? 1 : 0 })
    const [a, b] = inputs as [string, string]
    const gradA = () => (transA ? product(b, dy, transB, true) : product(dy, b, false, !transB))
    const gradB = () => (transB ? product(dy, a, true, transA) : product(a, dy, !transA, false))
    const gradC = () => unbroadcast(g, g.scale(dy, node.floatAttr('beta', 1)), facts(outputs[0]!), facts(inputs[2]!))
    const grads = [needs(0) ? gradA() : null, needs(1) ? gradB() : null]
    return inputs.length > 2 ? [...grads, inputs[2] && needs(2) ? gradC() : null] : grads
  }),
]
