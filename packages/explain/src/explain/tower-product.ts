/** The product of a picture tower and a text tower, and the scale and bias that follow it. */
import { HeadlightError } from '../errors'
import type { Graph } from '../onnx/graph'
import type { GraphNode } from '../onnx/node'
import type { LoadGraph } from '../onnx/run-graph'
import type { Tensor } from '../onnx/tensor'
import { floatsOf } from '../onnx/float16'
import { writeModel } from '../onnx/write'
import { once } from './once'

export interface TowerProduct {
  /** One vector a picture, `[B, D]`. */
  features: string
  /** One vector a prompt, `[prompts, D]`. */
  embeddings: string
  /** The output with the logits, `[B, prompts]` or turned. */
  output: string
  picturesFirst: boolean
  /** What is done to the product on the way to this output, in order. */
  steps: ScaleStep[]
}

export interface ScaleStep {
  op: 'Mul' | 'Div' | 'Add' | 'Sub'
  /** The value that is computed with, one number. */
  by: string | number
}

const PASSED = new Set(['Identity', 'Cast'])
const PICTURE = 1
const TEXT = 2

/**
 * From the one product of both sides to an output. Throws 'unsupported-model' where it is none, or what follows is no scale or bias.
 * @param both nodes that depend on both sides, in topological order
 * @param side which inputs a value depends on: 1 the picture, 2 the text, 3 both
 */
export function followProduct(graph: Graph, both: GraphNode[], side: (name: string) => number): TowerProduct {
  const first = both.filter((node) => node.inputs.every((name) => side(name) !== PICTURE + TEXT))
  const [product] = first
  if (!product || first.length > 1 || !['MatMul', 'Gemm'].includes(product.op)) throw refuse(product ?? both[0]!)
  const [left, right] = product.inputs.map((name) => side(name))
  if (left! + right! !== PICTURE + TEXT || left === 0 || right === 0) throw refuse(product)
  const producers = graph.producers()
  const [picture, text] = left === PICTURE ? product.inputs : [product.inputs[1]!, product.inputs[0]!]
  const steps = product.op === 'Gemm' ? gemmSteps(product) : []
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const consumers = graph.consumers()
  const open = [{ name: product.outputs[0]!, picturesFirst: left === PICTURE, steps }]
  let refused: GraphNode | null = null
  const reached: typeof open = []
  for (let at = 0; at < open.length; at++) {
    const value = open[at]!
    if (outputs.has(value.name)) reached.push(value)
    for (const node of consumers.get(value.name) ?? []) {
      const next = follow(node, value)
      if (next) open.push(next)
      else refused ??= node
    }
  }
  // Both logits per image and per text are such outputs; the one with pictures first is what people call the logits.
  const found = reached.find(({ picturesFirst }) => picturesFirst) ?? reached[0]
  if (!found) throw refuse(refused ?? product)
  const { name: output, ...rest } = found
  return { features: untransposed(picture!), embeddings: untransposed(text!), output, ...rest }

  function follow(node: GraphNode, value: (typeof open)[number]) {
    const name = node.outputs[0]!
    if (PASSED.has(node.op)) return { ...value, name }
    if (turns(node)) return { ...value, name, picturesFirst: !value.picturesFirst }
    if (!['Mul', 'Div', 'Add', 'Sub'].includes(node.op)) return null
    const op = node.op as ScaleStep['op']
    const [a, b] = node.inputs as [string, string]
    const by = a === value.name ? b : a
    // c - x and c / x are not scales of x; what follows an input is not a constant.
    if (side(by) !== 0 || ((op === 'Sub' || op === 'Div') && a !== value.name)) return null
    return { ...value, name, steps: [...value.steps, { op, by }] }
  }

  /** The vectors before they are turned for the product. */
  function untransposed(name: string): string {
    const node = producers.get(name)
    return node && (PASSED.has(node.op) || turns(node)) ? untransposed(node.inputs[0]!) : name
  }
}

const turns = (node: GraphNode) => node.op === 'Transpose' && (node.intsAttr('perm') ?? [1, 0]).join() === '1,0'

function gemmSteps(node: GraphNode): ScaleStep[] {
  const bias = node.inputs[2]
  const [alpha, beta] = [node.floatAttr('alpha', 1), node.floatAttr('beta', 1)]
  if (bias && beta !== 1) throw refuse(node)
  return [
    ...(alpha === 1 ? [] : [{ op: 'Mul' as const, by: alpha }]),
    ...(bias ? [{ op: 'Add' as const, by: bias }] : []),
  ]
}

/** The scale and the bias, which need no input to be computed. Throws 'unsupported-model' where they are not one number each. */
export async function scaleAndBias(graph: Graph, { steps }: TowerProduct, load: LoadGraph) {
  const names = [...new Set(steps.flatMap(({ by }) => (typeof by === 'string' ? [by] : [])))]
  const known = new Map<string, number>()
  const computed = names.filter((name) => {
    const constant = graph.constant(name)
    if (constant) known.set(name, number(name, constant))
    return !constant
  })
  if (computed.length > 0) {
    const alone = graph.clone()
    alone.outputs = computed.map((name) => ({ name, type: 'unknown', dims: [] }))
    alone.prune()
    const inputs = alone.inputs.filter(({ name }) => alone.nodes.some((node) => node.reads().includes(name)))
    if (inputs.length > 0) {
      throw new HeadlightError('unsupported-model', `The scale of the logits follows the input '${inputs[0]!.name}'.`)
    }
    alone.inputs = []
    const found = await once(await load({ ...writeModel(alone), once: true }), (loaded) => loaded.run({}, computed))
    for (const name of computed) known.set(name, number(name, found[name]!))
  }
  let [scale, bias] = [1, 0]
  for (const { op, by } of steps) {
    const value = typeof by === 'string' ? known.get(by)! : by
    if (op === 'Mul') [scale, bias] = [scale * value, bias * value]
    else if (op === 'Div') [scale, bias] = [scale / value, bias / value]
    else bias += op === 'Add' ? value : -value
  }
  return { scale, bias }
}

function number(name: string, tensor: Tensor): number {
  const data = floatsOf(tensor)
  if (data.length === 1) return Number(data[0])
  throw new HeadlightError(
    'unsupported-model',
    `The scale or bias '${name}' of the logits has ${data.length} values; Headlight needs one for all prompts.`,
  )
}

const refuse = (node: GraphNode) =>
  new HeadlightError(
    'unsupported-model',
    `Pictures and prompts meet in ${node.qualifiedOp} (node '${node.label}'); Headlight explains their product [pictures, prompts] with a scale and a bias, as CLIP and SigLIP have it.`,
  )
