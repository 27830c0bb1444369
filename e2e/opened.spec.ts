/** What the program was started with is taken by the first window, once: the same way as files opened on the desktop. */
import { expect, test } from '@playwright/test'
import { demo, startWith } from './program'

test('a model and images that the program is started with stand in the form of a new project', async ({ page }) => {
  const program = await startWith([demo.model, demo.images])
  try {
    await page.goto(program.url)
    await expect(page).toHaveURL(/\/new\?/)
    await expect(page.getByText('clutter-vit.onnx').first()).toBeVisible()
    await expect.poll(() => decodeURIComponent(page.url())).toContain(demo.images)
    // Taken once: the start screen is itself again.
    await page.goto(new URL('/', program.url).href)
    await expect(page.getByRole('button', { name: 'Open the demo' })).toBeVisible()
    await expect(page).toHaveURL(/\/$/)
  } finally {
    await program.stop()
  }
})
