/** Models for tests of the certificate: those of the zoo, made ones, and the same with gradient rules that are wrong. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { RuleLookup } from '../autodiff/differentiate'
import { ruleFor } from '../autodiff/registry'
import type { Rule, RuleContext } from '../autodiff/rule'
import { quickRuntime as load } from './runtimes'
import { analyseModel } from '../explain/analyse'
import type { AnalysedModel } from '../explain/api'
import { compileExplainGraph } from '../explain/compile'

const zoo = resolve('models/zoo')
const analysed = new Map<string, Promise<AnalysedModel>>()
/** A model of the zoo, analysed once. */
export function zooModel(name: string): Promise<AnalysedModel> {
  if (!analysed.has(name)) analysed.set(name, analyseModel(join(zoo, name, 'model.onnx'), load))
  return analysed.get(name)!
}

/** The same model, differentiated by other rules. */
export const withRules = (model: AnalysedModel, rules: RuleLookup): AnalysedModel => ({
  ...model,
  compile: (options) => compileExplainGraph(model.anatomy!, options, rules),
})

/** A model of a file that is made for one test. */
export async function analysedBytes(bytes: Uint8Array): Promise<AnalysedModel> {
  const file = join(mkdtempSync(join(tmpdir(), 'headlight-analysed-')), 'model.onnx')
  writeFileSync(file, bytes)
  const model = await analyseModel(file, load)
  rmSync(dirname(file), { recursive: true })
  return model
}

/** The rules with that of one operator replaced; `right` is the true rule's answer. */
export const replacing =
  (op: string, broken: (context: RuleContext, right: Rule) => (string | null)[]): RuleLookup =>
  (node, opset) => {
    const found = ruleFor(node, opset)
    // Declared flat, so that a gradient that is left out counts as zero.
    const flat = node.inputs.map((_, index) => index)
    return node.op === op ? { ...found, flat, apply: (context) => broken(context, found.apply) } : found
  }

/** Each gradient times a factor. */
export const scaled = ({ g }: RuleContext, grads: (string | null)[], factor: number) =>
  grads.map((grad) => grad && g.scale(grad, factor))
