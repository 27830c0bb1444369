import type { Certificate } from '@headlight/explain/report'
import { type CommandContext, EXIT } from '../command'
import { supportedModel } from '../model-argument'
import { modelChoiceOf } from '../model-choice'
import type { Output } from '../output'

export async function execute(context: CommandContext): Promise<number> {
  const choice = modelChoiceOf(context.options)
  const { path, output, tower } = await supportedModel(context, context.positionals[0] ?? '', choice)
  const certificate = await context
    .backend()
    .compute.acquire()
    .certify(path, { ...choice, output: choice.output && output, tower, signal: context.signal })
  context.output.document(certificate)
  printCertificate(context.output, certificate)
  return certificate.passed ? EXIT.done : EXIT.failed
}

export function printCertificate(output: Output, certificate: Certificate): void {
  const { passed, logitError, rowSumError, gradientError, heads, precision, limits, seconds } = certificate
  output.line(`certificate   ${passed ? 'passed' : 'FAILED'} (${precision}, ${seconds.toFixed(1)} s)`)
  output.line(`  logits      ${error(logitError, limits.logit)}  against the original model`)
  output.line(`  row sums    ${error(rowSumError, limits.rowSum)}  softmax rows against 1`)
  output.line(
    `  gradients   ${error(gradientError, limits.gradient)}  against finite differences, ${heads.length} heads`,
  )
  for (const sentence of [...certificate.failures, ...(certificate.notes ?? [])]) output.line(`  ${sentence}`)
}

function error(value: number, limit: number): string {
  return `${value.toExponential(1)} (limit ${limit.toExponential(0)})`
}
