/** Test counts out of the JSON reports of vitest and Playwright. */
import { existsSync, readFileSync } from 'node:fs'

export const NONE = { passed: 0, failed: 0, skipped: 0 }

/** Counts of a vitest report (its `json` reporter); a missing report counts as one failure. */
export function vitestCounts(file) {
  const report = read(file)
  if (!report) return { ...NONE, failed: 1 }
  // A file that cannot even be loaded has no tests, and fails as a whole.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  }
}

/** Counts of a Playwright report; a test that passed on a retry counts as passed. */
export function playwrightCounts(file) {
  const report = read(file)
  if (!report) return { ...NONE, failed: 1 }
  const { expected, flaky, unexpected, skipped } = report.stats
  const failed = unexpected + (unexpected === 0 ? report.errors.length : 0)
  return { passed: expected + flaky, failed, skipped }
}

export function sum(...counts) {
  return counts.reduce(
    (a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }),
    NONE,
  )
}

function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
