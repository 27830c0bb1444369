/** Writes docs/screenshots: every screen on the finished demo, light and dark, 1440 x 900. */
import { join, resolve } from 'node:path'
import { expect, test } from './fixtures'
import { demo } from './program'

const FOLDER = 'docs/screenshots'

test.use({ demoFinished: true })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`screens, ${colorScheme}`, async ({ gallery: page, program }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const shoot = async (name: string) => {
      await page.waitForLoadState('networkidle')
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
      // Nothing is hovered, and pictures that have arrived are drawn.
      await page.mouse.move(720, 1)
      await page.evaluate(`Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))`)
      await page.evaluate(shortenPaths([resolve('.'), program.folder]))
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) })
    }

    const samples = page.getByRole('grid', { name: 'Samples' })
    await expect(samples.locator('canvas').first()).toBeVisible()
    await shoot('gallery')

    await page.getByRole('button', { name: /^Wrong/ }).click()
    await expect(page.getByRole('status')).toContainText('99 of')
    await shoot('gallery-wrong')

    await samples.focus()
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
    await expect(page.getByRole('grid', { name: 'Head weights' })).toBeVisible()
    await shoot('sample')

    await page.getByRole('gridcell', { name: /^Layer 7, head 4:/ }).click()
    await expect(page.getByRole('img', { name: /^Attention of layer 7, head 4/ })).toBeVisible()
    await shoot('sample-head')

    await page.getByRole('link', { name: 'Heads' }).click()
    await expect(page.getByRole('grid', { name: /^Mean weight of every head, / })).toHaveCount(10)
    await shoot('heads')

    await page.getByRole('link', { name: 'Classes × heads' }).click()
    await expect(page.getByRole('grid', { name: 'Classes by heads' })).toBeVisible()
    await shoot('heads-classes')

    await page.getByRole('link', { name: 'Compare groups' }).click()
    await page.getByRole('table', { name: 'Heads that differ most' }).getByRole('link').first().waitFor()
    await shoot('heads-compare')

    await page.getByRole('table', { name: 'Heads that differ most' }).getByRole('link').first().click()
    await expect(page.getByRole('img', { name: /^Mean attention, All samples/ })).toBeVisible()
    await expect(page.getByLabel('Computing attention')).toHaveCount(0, { timeout: 60_000 })
    await shoot('head')

    await page.getByRole('link', { name: 'Confusion', exact: true }).click()
    await expect(page.getByRole('grid', { name: 'Confusion matrix' })).toBeVisible()
    await shoot('confusion')

    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await expect(page.getByRole('article', { name: 'Run Demo' })).toBeVisible()
    await shoot('runs')

    const chosen = new URLSearchParams({ model: demo.model, data: demo.images })
    await page.goto(new URL(`/new?${chosen}`, page.url()).href)
    await expect(page.getByText(/^Passed in/)).toBeVisible({ timeout: 120_000 })
    await expect(page.getByText('Images by class')).toBeVisible({ timeout: 60_000 })
    await shoot('new-project')

    await page.getByRole('link', { name: 'Headlight, start screen' }).click()
    await expect(page.getByRole('button', { name: /^Demo/ })).toBeVisible()
    await shoot('start')
  })
}

/** A script that writes `~` for folders of the machine that takes the pictures, in text and in fields. */
function shortenPaths(folders: string[]): string {
  return `(() => {
    const folders = ${JSON.stringify(folders)}
    const shorten = (text) => folders.reduce((short, folder) => short.replaceAll(folder, '~'), text)
    for (const field of document.querySelectorAll('input')) if (field.value !== shorten(field.value)) field.value = shorten(field.value)
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) if (texts.currentNode.data !== shorten(texts.currentNode.data)) texts.currentNode.data = shorten(texts.currentNode.data)
  })()`
}
