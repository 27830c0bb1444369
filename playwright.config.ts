import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/**
 * Debian's Chromium where it is installed, Playwright's own elsewhere (`npx playwright install chromium`). The headless
 * shell, which Playwright brings, too, takes a fifth less of the processor than the whole browser without its window.
 */
const systemBrowser = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((file) => existsSync(file))
const isRoot = process.getuid?.() === 0

/**
 * Screenshots and the measuring of the window are no tests: only `--project screenshots` and `--project bench` run them.
 * Workers read this file again without the arguments, so the choice travels in the environment.
 */
const apart: Record<string, string> = { screenshots: '**/screenshots.spec.ts', bench: '**/window.bench.ts' }
for (const name in apart) {
  if (process.argv.some((argument) => argument === name || argument === `--project=${name}`))
    process.env.HEADLIGHT_PLAYWRIGHT_PROJECT = name
}
const chosen = process.env.HEADLIGHT_PLAYWRIGHT_PROJECT ?? ''
const testMatch = apart[chosen]

/** Behaviour of the whole program, in a real browser against the real web host, and in Electron where it exists. */
export default defineConfig({
  testDir: 'e2e',
  // Every test starts a program of its own: two at once are done in two thirds of the time.
  workers: 2,
  // States are waited for, however long a busy machine takes.
  timeout: 420_000,
  expect: { timeout: 30_000 },
  globalSetup: './e2e/shared-demo.ts',
  globalTeardown: './e2e/shared-demo.ts',
  outputDir: 'test-results',
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    actionTimeout: 40_000,
    viewport: { width: 1440, height: 900 },
    // Traces cost more than the tests: `--trace on` asks for one.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: systemBrowser,
      args: ['--disable-gpu', ...(isRoot ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'window', testIgnore: ['**/screenshots.spec.ts'] },
    ...(testMatch ? [{ name: chosen, testMatch }] : []),
  ],
})
