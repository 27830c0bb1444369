/** Tests of the window: each gets a program of its own and a page that fails on any error in the console. */
import { type ConsoleMessage, type Page, test as base, expect } from '@playwright/test'
import { type Program, startProgram } from './program'
import { type SharedDemo, sharedDemo } from './shared-demo'

interface Fixtures {
  program: Program
  /** A page on the start screen. */
  start: Page
  /** A page on the gallery of the finished demo, in a program of its own. */
  gallery: Page
  /** Parts of console errors that a test provokes on purpose. */
  expectedErrors: string[]
  /** Whether the demo project is there already, its run finished. */
  demoFinished: boolean
  /** Whether the demo model's certificate is there already, as for whoever has used it once. */
  demoCertified: boolean
}

interface WorkerFixtures {
  /** The demo project with its run finished, computed once for all workers and copied for every test that wants it. */
  finishedDemo: () => Promise<SharedDemo>
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  finishedDemo: [
    async ({ browserName: _ }, use) => {
      let finished: Promise<SharedDemo> | null = null
      await use(() => (finished ??= sharedDemo()))
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  demoFinished: [false, { option: true }],
  demoCertified: [false, { option: true }],
  expectedErrors: [[], { option: true }],
  program: [
    async ({ demoFinished, demoCertified, finishedDemo }, use) => {
      const shared = demoFinished || demoCertified ? await finishedDemo() : null
      const program = await startProgram(demoFinished ? shared?.project : undefined, undefined, shared?.certificates)
      await use(program)
      await program.stop()
    },
    { timeout: 600_000 },
  ],
  start: async ({ page, program, expectedErrors }, use) => {
    const errors: string[] = []
    page.on('console', (message: ConsoleMessage) => {
      if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
    })
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message))
    await page.goto(program.url)
    await expect(page.getByRole('button', { name: 'Open the demo' })).toBeVisible()
    await use(page)
    const unexpected = errors.filter((text) => !expectedErrors.some((expected) => text.includes(expected)))
    expect(unexpected, 'errors in the console').toEqual([])
  },
  gallery: async ({ start }, use) => {
    await start.getByRole('button', { name: 'Open the demo' }).click()
    await expect(start.getByRole('grid', { name: 'Samples' })).toBeVisible({ timeout: 150_000 })
    await use(start)
  },
})

export { expect }
