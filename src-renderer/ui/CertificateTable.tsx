import type { Certificate } from '@headlight/explain/report'
import { Facts } from './Facts'

/**
 * The worst error of each check, with its limit: logits against the original model, sums of softmax rows against 1,
 * gradients against central finite differences; then what the check could not see.
 */
export function CertificateTable({
  certificate: { logitError, rowSumError, gradientError, limits, notes = [] },
}: {
  certificate: Certificate
}) {
  return (
    <Facts
      facts={[
        ['Logits', against(logitError, limits.logit)],
        ['Softmax rows', against(rowSumError, limits.rowSum)],
        ['Gradients', against(gradientError, limits.gradient)],
        ['Note', notes.join(' ') || null],
      ]}
    />
  )
}

const against = (error: number, limit: number) => `${error.toExponential(1)}, limit ${limit.toExponential(0)}`
