import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Debian's Chromium where it is installed, Playwright's own elsewhere (`npx playwright install chromium`). */
const systemChromium = '/usr/bin/chromium'
const isRoot = process.getuid?.() === 0

/**
 * Screenshots are no test: only `npx playwright test --project screenshots` writes docs/screenshots. Workers read this
 * file again without the arguments, so the choice travels in the environment.
 */
if (process.argv.some((argument) => argument.endsWith('screenshots'))) process.env.HEADLIGHT_SCREENSHOTS = '1'
const withScreenshots = process.env.HEADLIGHT_SCREENSHOTS === '1'

/** Behaviour of the whole program, in a real browser against the real web host, and in Electron where it exists. */
export default defineConfig({
  testDir: 'e2e',
  // Every test starts a program of its own: two at once are done in two thirds of the time.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  outputDir: 'test-results',
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    actionTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    // Traces cost more than the tests: `--trace on` asks for one.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: existsSync(systemChromium) ? systemChromium : undefined,
      args: ['--disable-gpu', ...(isRoot ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'window', testIgnore: ['**/screenshots.spec.ts'] },
    ...(withScreenshots ? [{ name: 'screenshots', testMatch: '**/screenshots.spec.ts' }] : []),
  ],
})
