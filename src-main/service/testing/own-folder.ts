import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHARED_CERTIFICATES } from './shared-certificates'

/** A folder of its own; settings and projects of the service under test go there. Certificates are those of all tests. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headlight-test-'))
  const config = join(folder, 'config')
  const certificates = process.env[SHARED_CERTIFICATES]
  if (certificates !== undefined) {
    mkdirSync(config)
    symlinkSync(certificates, join(config, 'certificates'), 'junction')
  }
  process.env.HEADLIGHT_CONFIG_DIR = config
  process.env.HEADLIGHT_DATA_DIR = join(folder, 'data')
  return folder
}
