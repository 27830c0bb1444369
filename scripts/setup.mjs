/**
 * `npm run setup`: gets what a fresh machine lacks, and does nothing where all is there. `npm test` does the whole of
 * it first, `npm run demo` and `npm start` the dependencies only.
 */
import { ensureInstalled } from './lib/prepare.mjs'
import { ensureBrowser, ensureSystemPackages } from './lib/test-tools.mjs'

/** Dependencies, system packages and a browser. npm and apt wait for the network, not for each other. */
export async function setUp() {
  await Promise.all([ensureInstalled(), ensureSystemPackages()])
  await ensureBrowser()
}

if (process.argv[1] === import.meta.filename) {
  try {
    await setUp()
    console.error('All is there: npm run demo, npm start, npm test.')
  } catch (error) {
    console.error(`setup: ${error.message}`)
    process.exitCode = 1
  }
}
