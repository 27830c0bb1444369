/**
 * Before and after all unit tests: a folder of certificates that they share. A user's model is checked once, too; the
 * demo model would be checked anew, for 20 seconds of CPU, by every test file that runs it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const SHARED_CERTIFICATES = 'HEADLIGHT_TEST_CERTIFICATES'

/** Workers inherit the environment. */
export default function shareCertificates(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-test-certificates-'))
  process.env[SHARED_CERTIFICATES] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
