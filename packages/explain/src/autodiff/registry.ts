/** The one list of gradient rules. */
import { HeadlightError } from '../errors'
import type { GraphNode } from '../onnx/node'
import type { RegisteredRule } from './rule'
import { activationRules } from './rules/activation'
import { arithmeticRules } from './rules/arithmetic'
import { convolutionRules } from './rules/convolution'
import { einsumRules } from './rules/einsum'
import { matMulRules } from './rules/matmul'
import { normalizationRules } from './rules/normalization'
import { paddingRules } from './rules/padding'
import { poolingRules } from './rules/pooling'
import { reductionRules } from './rules/reduction'
import { resamplingRules } from './rules/resampling'
import { scatteringRules } from './rules/scattering'
import { selectionRules } from './rules/selection'
import { shapeRules } from './rules/shape'
import { softmaxRules } from './rules/softmax'
import { unaryRules } from './rules/unary'

const rules: readonly RegisteredRule[] = [
  ...activationRules,
  ...arithmeticRules,
  ...convolutionRules,
  ...einsumRules,
  ...matMulRules,
  ...normalizationRules,
  ...paddingRules,
  ...poolingRules,
  ...reductionRules,
  ...resamplingRules,
  ...scatteringRules,
  ...selectionRules,
  ...shapeRules,
  ...softmaxRules,
  ...unaryRules,
]

/** Operators that have a rule, for documentation and tests. */
export const differentiableOps: readonly string[] = [...new Set(rules.map(({ op }) => op))].sort()

/** The rule for a node in a graph of an opset. Throws 'unsupported-model' naming operator, opset and node. */
export function ruleFor(node: GraphNode, opset: number): RegisteredRule {
  const found =
    node.domain === '' && rules.find(({ op, since, until }) => op === node.op && since <= opset && opset <= until)
  if (found) return found
  throw new HeadlightError(
    'unsupported-model',
    `The operator ${node.qualifiedOp} (opset ${opset}, node '${node.label}') lies between the attention and the logits, and Headlight has no gradient rule for it. ${advice(node, opset)}`,
  )
}

/** Advice for this file. */
function advice({ domain }: GraphNode, opset: number): string {
  if (domain !== '') return 'Use the file that was exported, before a tool fused or replaced operators in it.'
  if (opset < 17) return 'Export the model from its plain eager form, for example with opset_version=17.'
  return 'A newer opset would not change that: export the model without this step, or write it in other operators.'
}
