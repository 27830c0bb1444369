/** Every gradient rule against finite differences of its own operator. */
import { describe, expect, it } from 'vitest'
import type { GraphBuilder } from '../onnx/builder'
import { GraphNode } from '../onnx/node'
import { dataTypeOf } from '../onnx/proto-tensor'
import { int64, type Tensor } from '../onnx/tensor'
import { quickRuntime } from '../testing/runtimes'
import type { RuleLookup } from './differentiate'
import { differentiableOps, ruleFor } from './registry'
import type { RegisteredRule, RuleContext } from './rule'
import { parseEquation } from './rules/einsum'
import { gradientCases as cases } from './testing/cases'
import { weights, type GradientCase, type Operand } from './testing/gradient-case'
import {
  caseGraph,
  gradientsByDifferences,
  gradientsByRule,
  relativeError,
  seedWeight,
  type Gradients,
  sampleValues,
  TOLERANCE,
} from './testing/gradient-check'

const load = quickRuntime

const toleranceOf = ({ single }: GradientCase) => TOLERANCE[single ? 'float32' : 'float64']

async function worstError(test: GradientCase, rules?: RuleLookup): Promise<number> {
  const sample = sampleValues(test, 1)
  const wanted = await gradientsByDifferences(test, load, sample)
  const [[found]] = (await gradientsByRule(test, load, [[sample]], rules)) as [[Gradients]]
  return relativeError(found.values, wanted)
}

it('no rule is without a case, and every case has its operator', () => {
  expect(differentiableOps.filter((op) => !cases.some((test) => test.op === op))).toEqual([])
  for (const test of cases) {
    const { graph } = caseGraph(test, 'float32')
    expect(
      graph.nodes.map(({ op }) => op),
      test.name,
    ).toContain(test.op)
  }
})

describe.each(differentiableOps)('%s', (op) => {
  const own = cases.filter((test) => test.op === op)

  it.each(own.map((test) => [test.name, test] as const))('%s', async (_, test) => {
    const [sample, other] = [sampleValues(test, 1), sampleValues(test, 2)]
    const wanted = await gradientsByDifferences(test, load, sample)
    const batches = test.fixedBatch ? [[sample]] : [[sample], [other], [sample, other]]
    const [[alone], otherAlone, both] = (await gradientsByRule(test, load, batches)) as [[Gradients], ...Gradients[][]]
    expect(relativeError(alone.values, wanted)).toBeLessThan(toleranceOf(test))
    alone.dims.forEach((dims, index) => expect(dims ?? test.operands[index]!.dims).toEqual(test.operands[index]!.dims))
    if (!both) return
    expect(relativeError(both[0]!.values, alone.values)).toBeLessThan(1e-6)
    expect(relativeError(both[1]!.values, otherAlone![0]!.values)).toBeLessThan(1e-6)
    expect(both.map(({ dims }) => dims)).toEqual([alone.dims, alone.dims])
  })

  it('a rule that is off by 1 % is caught', async () => {
    expect(await worstError(own[0]!, off(op))).toBeGreaterThan(10 * toleranceOf(own[0]!))
  })
})

/** The rules with that of `op` replaced by one whose gradients are 1 % too large, or not zero where they should be. */
function off(op: string): RuleLookup {
  return (node, opset) => {
    const right = ruleFor(node, opset)
    if (node.op !== op) return right
    const apply: RegisteredRule['apply'] = (context) => {
      const grads = right.apply(context)
      if (grads.every((grad) => grad === null)) return [context.grads[0]!, ...grads.slice(1)]
      return grads.map((grad, index) => grad && grown(context, grad, index))
    }
    return { ...right, apply }
  }
}

/** A gradient of input `index` times 1.01, in its own precision. */
function grown({ g, facts, inputs }: RuleContext, grad: string, index: number): string {
  const double = facts(inputs[index]!).type === 'float64'
  const factor: Tensor = double
    ? { type: 'float64', dims: [], data: Float64Array.of(1.01) }
    : { type: 'float32', dims: [], data: Float32Array.of(1.01) }
  return g.mul(grad, g.constant(factor))
}

describe('doubles inside a float graph', () => {
  const doubled = differentiableOps.flatMap((op) => cases.find((test) => test.op === op && !test.single) ?? [])

  it.each(doubled.map((test) => [test.op, test] as const))('%s', async (_, test) => {
    const inside: GradientCase = {
      ...test,
      build: (g, operands) => {
        const outside = g.floatType
        const wide = operands.map((operand) => g.cast(operand, dataTypeOf('float64')))
        return g.cast(
          g.meeting('float64', () => test.build(g, wide)),
          dataTypeOf(outside),
        )
      },
    }
    expect(await worstError(inside)).toBeLessThan(toleranceOf(test))
  })
})

describe('where nothing is a number', () => {
  const zeros = { dims: [1, 2, 3], values: (_: number, at: number) => [0, 1.5, 0, -2, 0, 3][at]! }
  const finite = async (build: GradientCase['build'], operands: Operand[] = [zeros]) => {
    const test: GradientCase = { op: '', name: '', operands, build }
    const [[found]] = (await gradientsByRule(test, load, [[sampleValues(test, 1)]])) as [[Gradients]]
    expect(found.values.every(Number.isFinite), found.values.join(' ')).toBe(true)
    return found.values
  }
  const masked = (g: GraphBuilder, x: string, value: string) =>
    g.where(g.op('Greater', [x, g.scalar(0)]), value, g.scalar(0))

  it.each<[string, GradientCase['build']]>([
    ['the square root of 0', (g, [x]) => g.op('Sqrt', [g.relu(x!)])],
    ['a power of 0.5 at 0', (g, [x]) => g.mul(x!, g.op('Pow', [g.relu(x!), g.scalar(0.5)]))],
    ['a power of 0 at 0', (g, [x]) => g.op('Pow', [x!, g.scalar(0)])],
    ['a power of many exponents at 0', (g, [x]) => g.op('Pow', [g.relu(x!), g.constant(g.floats([3], [0, 0.5, 2]))])],
    ['a logarithm that Where leaves out', (g, [x]) => masked(g, x!, g.op('Log', [g.relu(x!)]))],
    ['a quotient that Where leaves out', (g, [x]) => masked(g, x!, g.div(g.scalar(1), x!))],
    ['a reciprocal that Where leaves out', (g, [x]) => masked(g, x!, g.op('Reciprocal', [x!]))],
    ['a negative power that Where leaves out', (g, [x]) => masked(g, x!, g.op('Pow', [x!, g.scalar(-1)]))],
    [
      'a softmax whose masked rows a guard replaces',
      (g, [x]) => {
        const mask = g.constant(g.floats([2, 3], [0, -Infinity, 0, -Infinity, -Infinity, -Infinity]))
        const y = g.op('Softmax', [g.add(x!, mask)], { axis: -1 })
        return g.where(g.op('IsNaN', [y]), g.scalar(0), y)
      },
    ],
    [
      'a softmax whose masked rows are known',
      (g, [x]) => {
        const mask = g.constant(g.floats([2, 3], [0, -Infinity, 0, -Infinity, -Infinity, -Infinity]))
        const empty = g.op('Less', [g.reduce('ReduceMax', mask, [-1], true), g.scalar(-1)])
        return g.where(empty, g.scalar(0), g.op('Softmax', [g.add(x!, mask)], { axis: -1 }))
      },
    ],
  ])('%s', async (name, build) => {
    const found = await finite(build)
    if (name.startsWith('a softmax')) expect(found.slice(0, 3).some((value) => value !== 0)).toBe(true)
  })

  it('x to the power 0 has the slope 0', async () => {
    expect(await finite((g, [x]) => g.op('Pow', [x!, g.scalar(0)]))).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('where a function bends', () => {
  const values = [2, 2, -1, 5, 3, 3]
  const matrix = { dims: [1, 2, 3], values: (_: number, index: number) => values[index]! }
  /** Gradients of one sample, divided by the weights of the outputs they came from. */
  const gradients = async (build: GradientCase['build'], operands: Operand[] = [matrix]) => {
    const test: GradientCase = { op: '', name: '', operands, build }
    const [[found]] = (await gradientsByRule(test, load, [[sampleValues(test, 1)]])) as [[Gradients]]
    // Adding 0 makes of -0 a plain 0.
    return found.values.map((value) => value + 0)
  }
  const close = (found: number[], wanted: number[]) => expect(relativeError(found, wanted)).toBeLessThan(1e-6)

  it('the largest of a reduction shares its gradient with its equals', async () => {
    const max = await gradients((g, [x]) => g.reduce('ReduceMax', x!, [2], false))
    close(max, [seedWeight(0) / 2, seedWeight(0) / 2, 0, seedWeight(1), 0, 0])
    const min = await gradients((g, [x]) => g.reduce('ReduceMin', x!, [2], true))
    close(min, [0, 0, seedWeight(0), 0, seedWeight(1) / 2, seedWeight(1) / 2])
  })

  it('the first of equal operands takes the gradient of Max and Min', async () => {
    const other = { dims: [1, 2, 3], values: (_: number, index: number) => values[index]! + (index === 4 ? -1 : 0) }
    for (const op of ['Max', 'Min']) {
      const found = await gradients((g, [a, b, c]) => g.op(op, [a!, b!, c!]), [matrix, other, matrix])
      const first = [0, 1, 2, 3, 4, 5].map((at) => (op === 'Min' && at === 4 ? 0 : seedWeight(at)))
      const second = first.map((value, at) => (value === 0 ? seedWeight(at) : 0))
      close(found, [...first, ...second, 0, 0, 0, 0, 0, 0])
    }
  })

  it('a norm of zero has the gradient zero', async () => {
    const zeros = { dims: [1, 2, 3], values: () => 0 }
    expect(await gradients((g, [x]) => g.reduce('ReduceL2', x!, [2], false), [zeros])).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('the gradient passes at the bounds of Clip and not at the bend of Relu', async () => {
    const clipped = await gradients((g, [x]) => g.op('Clip', [x!, g.scalar(2), g.scalar(3)]))
    close(clipped, [seedWeight(0), seedWeight(1), 0, 0, seedWeight(4), seedWeight(5)])
    const zeros = { dims: [1, 3], values: () => 0 }
    expect(await gradients((g, [x]) => g.relu(x!), [zeros])).toEqual([0, 0, 0])
  })

  it('the exponent of a base that is not positive has no gradient', async () => {
    const exponents = { dims: [1, 2, 3], values: () => 2 }
    const found = await gradients((g, [a, b]) => g.op('Pow', [a!, b!]), [matrix, exponents])
    expect(found.every(Number.isFinite)).toBe(true)
    expect(found[6 + 2]).toBe(0)
  })
})

describe('refusals', () => {
  const refused = (build: GradientCase['build'], opset = 17, operands: Operand[] = [{ dims: [1, 3, 4] }]) =>
    gradientsByRule({ op: '', name: '', opset, operands, build }, load, [[operands.flatMap(sampleOf)]])
  const sampleOf = (operand: Operand) => sampleValues({ op: '', name: '', operands: [operand], build: () => '' }, 1)

  it('an operator without a rule is named with its opset and node', async () => {
    const error = await refused((g, [x]) => {
      g.graph.nodes.push(new GraphNode('Hardmax', [x!], ['sums'], [], '', 'blocks.0/Hardmax'))
      return 'sums'
    }, 14).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'unsupported-model' })
    expect(String(error)).toContain("Hardmax (opset 14, node 'blocks.0/Hardmax')")
  })

  it('an operator of another domain is not taken for the one of the same name', () => {
    const node = new GraphNode('Gelu', ['x'], ['y'], [], 'com.microsoft', 'act')
    expect(() => ruleFor(node, 20)).toThrow("com.microsoft.Gelu (opset 20, node 'act')")
  })

  it('a rule holds only for its opsets', () => {
    expect(() => ruleFor(new GraphNode('Slice', ['x'], ['y']), 9)).toThrow("Slice (opset 9, node 'y')")
    expect(ruleFor(new GraphNode('Slice', ['x'], ['y']), 10).op).toBe('Slice')
  })

  it('an operator without a rule beside the path does not matter', async () => {
    await expect(
      refused((g, [x]) => {
        g.op('Hardmax', [x!])
        return g.neg(x!)
      }),
    ).resolves.toHaveLength(1)
  })

  it('a rule that gives the wrong number of gradients is caught', async () => {
    const test: GradientCase = { op: 'Mul', name: '', operands: [{ dims: [1, 2] }], build: (g, [x]) => g.mul(x!, x!) }
    const short: RuleLookup = (node, opset) => ({ ...ruleFor(node, opset), apply: ({ grads }) => [grads[0]!] })
    const found = gradientsByRule(test, load, [[sampleValues(test, 1)]], short)
    await expect(found).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('Mul gave 1 gradients for 2'),
    })
  })

  it('a rule that leaves out a gradient that is needed is refused, not taken for zero', async () => {
    const test: GradientCase = { op: 'Mul', name: '', operands: [{ dims: [1, 2] }], build: (g, [x]) => g.mul(x!, x!) }
    const half: RuleLookup = (node, opset) => ({ ...ruleFor(node, opset), apply: ({ grads }) => [grads[0]!, null] })
    await expect(gradientsByRule(test, load, [[sampleValues(test, 1)]], half)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining('Input 1 of Mul'),
    })
  })

  it.each<[string, string, GradientCase['build'], Operand[]?]>([
    ['selecting along the batch', 'Gather', (g, [x]) => g.gather(x!, g.ints([0]), 0)],
    ['slicing along the batch', 'Slice', (g, [x]) => g.slice(x!, [0], [1], [0])],
    ['averaging over the batch', 'reduces over the batch', (g, [x]) => g.mean(x!, [0], true)],
    ['a maximum over the batch', 'reduces over the batch', (g, [x]) => g.reduce('ReduceMax', x!, [0], true)],
    ['joining along the batch', 'joins values along the batch', (g, [x]) => g.concat([x!, x!], 0)],
    [
      'negative pads of a mode',
      'reflect',
      (g, [x]) => g.op('Pad', [x!, g.ints([0, 0, -1, 0, 0, 1])], { mode: 'reflect' }),
    ],
    [
      'a product of updates',
      "reduction 'mul'",
      (g, [x]) => g.op('ScatterND', [x!, g.constant(int64([1, 1], [0])), weights(g, [1, 3, 4])], { reduction: 'mul' }),
    ],
    [
      'resizing the batch',
      'resizes the batch axis',
      (g, [x]) => g.op('Resize', [x!, '', g.constant(g.floats([3], [2, 1, 1]))]),
    ],
    [
      'cropping while resizing',
      'tf_crop_and_resize',
      (g, [x]) =>
        g.op('Resize', [x!, g.constant(g.floats([6], [0, 0, 0, 1, 1, 0.5])), '', g.ints([1, 3, 4])], {
          coordinate_transformation_mode: 'tf_crop_and_resize',
        }),
    ],
    [
      'indices that change with the image',
      'changes with the image',
      (g, [x]) => g.gather(weights(g, [4, 2]), g.op('ArgMax', [x!], { axis: 1, keepdims: 0 }), 0),
    ],
    [
      'a repeated label of Einsum',
      'repeats a label',
      (g, [x]) => g.op('Einsum', [x!], { equation: 'bii->bi' }),
      [{ dims: [1, 3, 3] }],
    ],
  ])('%s is refused by name', async (_, words, build, operands) => {
    await expect(refused(build, 17, operands)).rejects.toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining(words),
    })
  })
})

describe('parseEquation', () => {
  it.each([
    ['bij,bjk->bik', { operands: ['bij', 'bjk'], output: 'bik' }],
    ['b i j, b j k', { operands: ['bij', 'bjk'], output: 'ik' }],
    ['ij,jk', { operands: ['ij', 'jk'], output: 'ik' }],
    ['...ij,...jk', { operands: ['...ij', '...jk'], output: '...ik' }],
  ])('%s', (equation, wanted) => expect(parseEquation(equation)).toEqual(wanted))
})
