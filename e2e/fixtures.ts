/** Tests of the window: each gets a program of its own and a page that fails on any error in the console. */
import { type ConsoleMessage, type Page, test as base, expect } from '@playwright/test'
import { resolve } from 'node:path'
import { type Program, startProgram } from './program'

interface Fixtures {
  program: Program
  /** A page on the start screen. */
  start: Page
  /** Substrings of console errors that the test provokes on purpose. */
  expectedErrors: string[]
}

export const test = base.extend<Fixtures>({
  program: async ({ browserName: _ }, use) => {
    const program = await startProgram()
    await use(program)
    await program.stop()
  },
  expectedErrors: [[], { option: true }],
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
})

export { expect }

/** The demo model and images that come with the program. */
export const demo = {
  model: resolve('models/demo/clutter-vit.onnx'),
  images: resolve('models/demo/images'),
}

/** Opens the demo and waits until its run is finished. */
export async function openFinishedDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the demo' }).click()
  await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('link', { name: /^Run (Waiting|Running)/ })).toHaveCount(0, { timeout: 150_000 })
}
