/**
 * Everything that has to hold, from a bare checkout: lint (with types), build, unit tests, browser tests. It goes on after a
 * failed step, so that one run shows all that is wrong. The last line is "N passed, N failed, N skipped".
 * `--long` adds the tests that take minutes. Names of steps choose among them: `node scripts/test.mjs lint unit`.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { runNode } from './lib/child.mjs'
import { ensureBuilt } from './lib/prepare.mjs'
import { inRoot, packageScript } from './lib/repository.mjs'
import { NONE, playwrightCounts, sum, vitestCounts } from './lib/test-counts.mjs'
import { setUp } from './setup.mjs'

const reports = inRoot('node_modules', '.cache', 'headlight-tests')
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const env = process.argv.includes('--long') ? { HEADLIGHT_LONG: '1' } : {}

const prettier = packageScript('prettier', 'bin/prettier.cjs')

/** Each gives its counts. A step that is not a test suite counts only when it fails. */
const steps = {
  lint: () =>
    check(
      [packageScript('eslint', 'bin/eslint.js'), '.'],
      [packageScript('oxlint', 'bin/oxlint'), '--type-aware', '--type-check'],
      [prettier, '--check', '--log-level=warn', '.'],
    ),
  build: () => ensureBuilt().then(() => NONE),
  unit,
  browser,
}

async function unit() {
  const report = freshReport('vitest.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const status = await runNode([packageScript('vitest', 'vitest.mjs'), 'run', ...reporters], { env })
  return atLeastOneFailure(vitestCounts(report), status)
}

async function browser() {
  if (!existsSync(inRoot('playwright.config.ts'))) return NONE
  const report = freshReport('playwright.json')
  const playwright = [packageScript('@playwright/test', 'cli.js'), 'test', '--reporter=list,json']
  const status = await runNode(playwright, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report } })
  return atLeastOneFailure(playwrightCounts(report), status)
}

/** At once: none of them keeps two cores busy. */
async function check(...commands) {
  const statuses = await Promise.all(commands.map((command) => runNode(command)))
  return { ...NONE, failed: statuses.filter((status) => status !== 0).length }
}

/** A report of an earlier run must not be taken for this one's. */
function freshReport(name) {
  const file = `${reports}/${name}`
  mkdirSync(reports, { recursive: true })
  rmSync(file, { force: true })
  return file
}

/** A runner that ends badly without a failed test (a crash, no test found) has failed all the same. */
function atLeastOneFailure(counts, status) {
  return status === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 }
}

async function runStep(name, step) {
  console.log(`\n== ${name}`)
  try {
    return await step()
  } catch (error) {
    console.error(error.message)
    return { ...NONE, failed: 1 }
  }
}

const unknown = wanted.filter((name) => !(name in steps))
if (unknown.length > 0) {
  console.error(`test: there is no step ${unknown.join(', ')}; there are ${Object.keys(steps).join(', ')}.`)
  process.exit(2)
}

const results = new Map()
results.set(
  'set-up',
  await runStep('set-up', async () => {
    await setUp()
    return NONE
  }),
)
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length === 0 || wanted.includes(name)) results.set(name, await runStep(name, step))
}

const failures = [...results].filter(([, { failed }]) => failed > 0).map(([name]) => name)
const { passed, failed, skipped } = sum(...results.values())
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`)
console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1
