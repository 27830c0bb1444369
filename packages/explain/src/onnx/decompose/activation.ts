/** Activations that ONNX Runtime fused into the operator before them. */
import { HeadlightError } from '../../errors'
import type { Attributes, GraphBuilder } from '../builder'
import type { GraphNode } from '../node'
import type { Decomposition } from './decomposition'

/** Names of what an activation's settings are, in the order in which the fused operator lists them. */
const SETTINGS: Record<string, readonly string[]> = {
  '': [],
  Relu: [],
  Sigmoid: [],
  Tanh: [],
  LeakyRelu: ['alpha'],
  HardSigmoid: ['alpha', 'beta'],
}

/** `x` behind the attribute `activation` of a node; without one `x` itself. Throws 'unsupported-model' for one that is not known. */
export function fusedActivation(g: GraphBuilder, node: GraphNode, x: string, settings: readonly number[]): string {
  const name = node.stringAttr('activation', '')
  if (name === '') return x
  if (name === 'Clip' && settings.length === 2) return g.op('Clip', [x, ...settings.map((bound) => g.scalar(bound))])
  const named = SETTINGS[name]
  if (!named) {
    throw new HeadlightError(
      'unsupported-model',
      `${node.qualifiedOp} (node '${node.label}') holds the activation '${name}', which Headlight does not know there. Use the file that was exported, before a tool fused operators in it.`,
    )
  }
  const values: Attributes = Object.fromEntries(
    named.map((setting, at) => [setting, settings[at] === undefined ? undefined : { float: settings[at] }]),
  )
  return g.op(name, [x], values)
}

/** A convolution, a value that is added where there is one, and an activation. */
export const fusedConv: Decomposition = ({ g, node, inputs }) => {
  const [x, weights, bias, added] = inputs as [string, string, string?, string?]
  const convolved = g.op('Conv', bias ? [x, weights, bias] : [x, weights], {
    auto_pad: node.attribute('auto_pad') ? node.stringAttr('auto_pad', 'NOTSET') : undefined,
    dilations: node.intsAttr('dilations'),
    group: node.intAttr('group'),
    kernel_shape: node.intsAttr('kernel_shape'),
    pads: node.intsAttr('pads'),
    strides: node.intsAttr('strides'),
  })
  const settings = node.attribute('activation_params')?.floats ?? []
  return [fusedActivation(g, node, added ? g.add(convolved, added) : convolved, settings)]
}
