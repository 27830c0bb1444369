import type { Certificate } from '@shared/api'
import { Facts } from './Facts'

/** The three checks of a certificate, each with its worst error and its limit. */
export function CertificateTable({
  certificate: { logitError, rowSumError, gradientError, limits },
}: {
  certificate: Certificate
}) {
  return (
    <Facts
      facts={[
        ['Logits against the original', against(logitError, limits.logit)],
        ['Attention rows sum to 1', against(rowSumError, limits.rowSum)],
        ['Gradient, finite differences', against(gradientError, limits.gradient)],
      ]}
    />
  )
}

const against = (error: number, limit: number) => `${error.toExponential(1)} (limit ${limit.toExponential(0)})`
