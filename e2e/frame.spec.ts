import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './fixtures'
import { holdMessages } from './held-messages'
import { startProgram } from './program'

test.use({ demoFinished: true })

test('the palette goes to screens, does what the screen can do, and finds samples', async ({ gallery: page }) => {
  const palette = page.getByRole('dialog')
  const command = palette.getByRole('textbox', { name: 'Command' })
  await page.keyboard.press('Control+k')
  await expect(command).toBeVisible()
  // The frame and the gallery both answer the key that pins: the gallery's way is listed alone.
  const names = await palette.getByRole('button').allInnerTexts()
  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name, at) => names.indexOf(name) < at)).toEqual([])
  await command.fill('heads')
  await page.keyboard.press('Enter')
  await expect(page).toHaveTitle(/^Heads/)
  await expect(palette).toHaveCount(0)

  await page.keyboard.press('Control+k')
  await command.fill('ankle')
  await palette.getByRole('button', { name: /labelled Ankle_boot$/ }).click()
  await expect(page).toHaveURL(/gallery\?filter=label%3AAnkle_boot/)
  await expect(page.getByRole('status')).toHaveText('100 of 1,000 samples')

  await page.keyboard.press('Control+k')
  await command.fill('overlay on')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('switch', { name: 'Overlay' })).not.toBeChecked()

  // A text that is a filter is one.
  await page.keyboard.press('Control+k')
  await command.fill('label:Shirt correct:false')
  await palette.getByRole('button', { name: /this filter$/ }).click()
  await expect(page.getByRole('status')).toHaveText('24 of 1,000 samples')
})

test('every shortcut is listed, and none acts below the list', async ({ gallery: page }) => {
  await page.keyboard.press('Shift+?')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  for (const screen of ['Everywhere', 'Filter', 'Gallery', 'Sample']) {
    await expect(list.getByRole('region', { name: screen, exact: true })).toBeVisible()
  }
  await page.keyboard.press('o')
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await expect(page.getByRole('switch', { name: 'Overlay' })).toBeChecked()
  await page.keyboard.press('o')
  await expect(page.getByRole('switch', { name: 'Overlay' })).not.toBeChecked()
})

test('tabs lead back to a screen as it was left, Back through its filters', async ({ gallery: page }) => {
  const status = page.getByRole('status')
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await expect(status).toHaveText('99 of 1,000 samples')
  await page.getByRole('combobox', { name: 'Method' }).selectOption('rollout')
  await page.getByRole('link', { name: 'Heads' }).click()
  // The filter is that of the run, whichever screen it was written on.
  await expect(page).toHaveURL(/heads\?filter=correct%3Afalse/)
  // A figure has samples of its own, and leaves the filter as it was.
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByRole('button', { name: /^Heads by class/ }).click()
  await expect(page.getByRole('button', { name: 'All figures' })).toBeVisible()
  await page.getByRole('link', { name: 'Gallery' }).click()
  await expect(page).toHaveURL(/method=rollout/)
  await expect(status).toHaveText('99 of 1,000 samples')
  await page.goBack()
  await page.goBack()
  await page.goBack()
  await page.goBack()
  await page.goBack()
  await expect(page).toHaveURL(/gallery$/)
  await expect(status).toHaveText('1,000 samples')
})

test('an open project is where a new window begins; widths of panels are kept', async ({ gallery: page, program }) => {
  const filters = page.getByRole('complementary', { name: 'Filters' })
  const handle = page.getByRole('separator', { name: 'Width of filters' })
  const before = await filters.boundingBox()
  await handle.focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await filters.boundingBox())?.width).toBeGreaterThan(before?.width ?? Infinity)
  const after = await filters.boundingBox()

  await page.goto(new URL('/', program.url).href)
  await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible()
  await expect
    .poll(async () => Math.round((await filters.boundingBox())?.width ?? 0))
    .toBe(Math.round(after?.width ?? 0))
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  await expect(page.getByRole('button', { name: 'Open the demo' })).toBeVisible()

  // Whoever asks for the start screen before the project is known stays there.
  const messages = await holdMessages(page)
  messages.hold()
  await page.goto(new URL('/', program.url).href)
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  messages.release()
  await expect(page.getByRole('button', { name: /^Demo/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Project: Demo/ })).toBeVisible()
  await page.waitForLoadState('networkidle')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('a project opens with the view that it was left with, after a restart, and the view is reset', async ({
  gallery: page,
  program,
}) => {
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('label')
  await page.getByRole('combobox', { name: 'Colours' }).selectOption('viridis')
  await page.getByRole('textbox', { name: 'Filter' }).fill('correct:false')
  await page.keyboard.press('Enter')
  await expect(page.getByText('99 of 1,000 samples')).toBeVisible()
  const settings = join(program.folder, 'config', 'recent-projects.json')
  await expect.poll(() => readFileSync(settings, 'utf8')).toContain('filter=correct%3Afalse&group=label&colors=viridis')
  await page.goto('about:blank')
  await program.end()
  const again = await startProgram(undefined, program.folder)
  try {
    await page.goto(again.url)
    await page.getByRole('button', { name: /^Demo/ }).click()
    await expect(page.getByText('99 of 1,000 samples')).toBeVisible()
    await expect(page.getByRole('combobox', { name: 'Group by' })).toHaveValue('label')
    await expect(page.getByRole('combobox', { name: 'Colours' })).toHaveValue('viridis')
    await page.getByRole('button', { name: 'Saved views' }).click()
    await page.getByRole('link', { name: 'Reset view' }).click()
    await expect(page).toHaveURL(/gallery$/)
    await expect(page.getByText('1,000 samples', { exact: true })).toBeVisible()
  } finally {
    await page.goto('about:blank')
    await again.end()
  }
})
