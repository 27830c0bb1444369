import type { Certificate } from '@headlight/explain/report'
import { type CommandContext, EXIT } from '../command'
import { supportedModel } from '../model-argument'
import { modelChoiceOf } from '../model-choice'
import { flag } from '../options'
import type { Output } from '../output'

export async function execute(context: CommandContext): Promise<number> {
  const choice = modelChoiceOf(context.options)
  const { path, output, tower } = await supportedModel(context, context.positionals[0] ?? '', choice)
  const perHead = flag(context.options, 'per-head')
  context.output.status('Checking the gradients against finite differences')
  const certificate = await context
    .backend()
    .compute.acquire()
    .certify(path, { ...choice, output: choice.output && output, tower, perHead, signal: context.signal })
  context.output.endStatus()
  context.output.document(certificate)
  printCertificate(context.output, certificate)
  if (perHead) printHeads(context.output, certificate)
  return certificate.passed ? EXIT.done : EXIT.failed
}

export function printCertificate(output: Output, certificate: Certificate): void {
  const { passed, logitError, rowSumError, gradientError, heads, precision, limits, seconds } = certificate
  output.line(`certificate   ${passed ? 'passed' : 'FAILED'} (${precision}, ${seconds.toFixed(1)} s)`)
  output.line(`  logits      ${error(logitError, limits.logit)}  against the original model`)
  output.line(`  row sums    ${error(rowSumError, limits.rowSum)}  softmax rows against 1`)
  output.line(
    `  gradients   ${error(gradientError, limits.gradient)}  against finite differences, ${heads.length} heads${heads.some(({ together }) => together) ? ' together' : ''}`,
  )
  for (const sentence of [...certificate.failures, ...(certificate.notes ?? [])]) output.line(`  ${sentence}`)
}

/** A line a layer with the error of each of its heads. */
function printHeads(output: Output, { heads }: Certificate): void {
  for (const layer of new Set(heads.map((check) => check.layer))) {
    const errors = heads.filter((check) => check.layer === layer).map((check) => check.error.toExponential(1))
    output.line(`  layer ${String(layer).padEnd(5)} ${errors.join('  ')}`)
  }
}

function error(value: number, limit: number): string {
  return `${value.toExponential(1)} (limit ${limit.toExponential(0)})`
}
