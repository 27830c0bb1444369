/** Einsum: the gradient of an operand is an Einsum of dy with the other operands. */
import { HeadlightError } from '@shared/errors'
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

export const einsumRules = [
  rule('Einsum', {}, (context) => {
    const { g, node, inputs, needs } = context
    const equation = node.stringAttr('equation', '')
    const { operands, output } = parseEquation(equation)
    const repeated = operands.some(
      (labels) => new Set(labels.replace('...', '')).size !== labels.replace('...', '').length,
    )
    if (repeated || equation.includes('...')) {
      throw new HeadlightError(
        'unsupported-model',
        `Einsum '${equation}' (node '${node.label}') repeats a label or uses '...'; Headlight has no gradient rule for that form.`,
      )
    }
    return inputs.map((name, index) => {
      if (!needs(index)) return null
      const others = operands.filter((_, other) => other !== index)
      const available = new Set([output, ...others].join(''))
      const wanted = operands[index]!
      // Labels that only this operand has were summed: their gradient is the same everywhere.
      const kept = [...wanted].filter((label) => available.has(label)).join('')
      const grad = g.op('Einsum', [onlyGrad(context), ...inputs.filter((_, other) => other !== index)], {
        equation: `${[output, ...others].join(',')}->${kept}`,
      })
      const summed = [...wanted].flatMap((label, axis) => (available.has(label) ? [] : [axis]))
      if (summed.length === 0) return grad
      return g.op('Expand', [g.unsqueeze(grad, summed), g.op('Shape', [name])])
    })
  }),
]
