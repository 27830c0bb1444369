/**
 * Writes THIRD-PARTY-NOTICES.md: the licences of everything that the packaged application holds, from package-lock.json and
 * node_modules. With --check nothing is written; exit status 1 says that the file is not what would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { inRoot } from './lib/repository.mjs'
import { makeNotices } from './lib/notices.mjs'

const file = inRoot('THIRD-PARTY-NOTICES.md')
const notices = makeNotices()
if (!process.argv.includes('--check')) {
  writeFileSync(file, notices)
} else if (readFileSync(file, 'utf8').replaceAll('\r\n', '\n') !== notices) {
  console.error(
    'THIRD-PARTY-NOTICES.md does not name what the dependencies are now. Run `npm run notices`, look at what changed (a licence that asks for more than a notice?), and commit it.',
  )
  process.exitCode = 1
}
