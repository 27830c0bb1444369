/** Einsum: the gradient of an operand is an Einsum of dy with the other operands. */
import { HeadlightError } from '../../errors'
import type { ValueFacts } from '../../onnx/facts'
import { onlyGrad, rule } from '../rule'

interface Equation {
  operands: string[]
  output: string
}

/** Splits an equation; without an arrow the output has the labels that occur once, in order. */
export function parseEquation(equation: string): Equation {
  const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string | undefined]
  const operands = left.split(',')
  if (right !== undefined) return { operands, output: right }
  const labels = [...left.replaceAll(/[.,]/g, '')]
  const once = [...new Set(labels)].filter((label) => labels.filter((each) => each === label).length === 1).sort()
  return { operands, output: (left.includes('...') ? '...' : '') + once.join('') }
}

/** The equation with every '...' replaced by labels that it does not use yet; the last of them are common to all operands. */
export function withoutEllipsis({ operands, output }: Equation, ranks: readonly number[]): Equation {
  const covered = operands.map((labels, index) => (labels.includes('...') ? ranks[index]! - (labels.length - 3) : 0))
  const longest = Math.max(0, ...covered)
  const taken = new Set([...operands, output].join(''))
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'].filter((label) => !taken.has(label))
  const dots = free.slice(0, longest).join('')
  return {
    operands: operands.map((labels, index) => labels.replace('...', dots.slice(longest - covered[index]!))),
    output: output.replace('...', dots),
  }
}

interface Length {
  length: number
  followsBatch: boolean
}

/** The length of each label over some values; a length of 1 is broadcast. */
function labelLengths(labels: readonly string[], values: readonly ValueFacts[]): Map<string, Length> {
  const lengths = new Map<string, Length>()
  labels.forEach((own, index) => {
    const { dims, batchAxis } = values[index]!
    ;[...own].forEach((label, axis) => {
      const known = lengths.get(label)
      const length = Math.max(dims[axis]!, known?.length ?? 1)
      lengths.set(label, { length, followsBatch: batchAxis === axis || (known?.followsBatch ?? false) })
    })
  })
  return lengths
}

export const einsumRules = [
  rule('Einsum', {}, (context) => {
    const { g, node, inputs, outputs, facts, needs } = context
    const equation = node.stringAttr('equation', '')
    const values = inputs.map(facts)
    const { operands, output } = withoutEllipsis(
      parseEquation(equation),
      values.map(({ dims }) => dims.length),
    )
    if (operands.some((labels) => new Set(labels).size !== labels.length)) {
      throw new HeadlightError(
        'unsupported-model',
        `Einsum '${equation}' (node '${node.label}') repeats a label within an operand; Headlight has no gradient rule for that form.`,
      )
    }
    return inputs.map((name, index) => {
      if (!needs(index)) return null
      const others = operands.filter((_, other) => other !== index)
      const lengths = labelLengths(
        [output, ...others],
        [facts(outputs[0]!), ...values.filter((_, other) => other !== index)],
      )
      const wanted = operands[index]!
      const own = values[index]!
      const kept = [...wanted].filter((label) => lengths.has(label))
      let grad = g.op('Einsum', [onlyGrad(context), ...inputs.filter((_, other) => other !== index)], {
        equation: `${[output, ...others].join(',')}->${kept.join('')}`,
      })
      const axisOf = (label: string) => wanted.indexOf(label)
      const shorter = ({ length, followsBatch }: Length, axis: number) =>
        length < own.dims[axis]! || (own.batchAxis === axis && !followsBatch)
      // A label of length 1 was broadcast: its gradients are summed.
      const broadcast = kept.flatMap((label, at) => {
        const { length, followsBatch } = lengths.get(label)!
        const axis = axisOf(label)
        return length > own.dims[axis]! || (followsBatch && own.batchAxis !== axis) ? [at] : []
      })
      if (broadcast.length > 0) grad = g.sum(grad, broadcast, true)
      // Labels that only this operand has were summed: their gradient is the same everywhere.
      const summed = [...wanted].flatMap((label, axis) => (lengths.has(label) ? [] : [axis]))
      if (summed.length > 0) grad = g.unsqueeze(grad, summed)
      const expand = summed.length > 0 || kept.some((label) => shorter(lengths.get(label)!, axisOf(label)))
      return expand ? g.op('Expand', [grad, g.op('Shape', [name])]) : grad
    })
  }),
]
