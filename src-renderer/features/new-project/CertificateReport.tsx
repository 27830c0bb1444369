import { Loader } from '@mantine/core'
import type { Certificate } from '@headlight/explain/report'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { type ModelChoice, useCertificate } from '../../api/queries'
import { InlineError } from '../../ui/Messages'
import classes from './NewProjectScreen.module.css'
import { CertificateTable } from '../../ui/CertificateTable'

/** Computes the certificate of a model and shows it. */
export function CertificateReport({ path, choice }: { path: string; choice: ModelChoice }) {
  const certificate = useCertificate(path, choice)
  return (
    <div aria-live="polite">
      <h3 className={classes.subheading}>Certificate</h3>
      {certificate.isPending && (
        <p className={classes.verdict}>
          <Loader size={15} color="gray" /> Checking logits, softmax rows and gradients against the model itself
        </p>
      )}
      {certificate.isLoadingError && <InlineError error={certificate.error} retry={certificate.refetch} />}
      {certificate.data && <Verdict certificate={certificate.data} />}
    </div>
  )
}

function Verdict({ certificate }: { certificate: Certificate }) {
  return (
    <>
      <p className={classes.verdict} data-good={certificate.passed}>
        {certificate.passed ? <IconShieldCheck size={17} aria-hidden /> : <IconShieldX size={17} aria-hidden />}
        {certificate.passed
          ? `Passed in ${certificate.precision}, ${certificate.heads.length} heads checked in ${certificate.seconds.toFixed(1)} s`
          : 'Failed: numbers of this model should not be published'}
      </p>
      {certificate.failures.length > 0 && (
        <ul className={classes.reasons}>
          {certificate.failures.map((failure) => (
            <li key={failure}>{failure}</li>
          ))}
        </ul>
      )}
      <CertificateTable certificate={certificate} />
    </>
  )
}
