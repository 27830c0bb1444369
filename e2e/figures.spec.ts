/** Figures, from a template in the window to files that independent readers open. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Browser, Page } from '@playwright/test'
import sharp from 'sharp'
import { expect, test } from './fixtures'

test.use({ demoFinished: true })

const DPI = 300
const CSS_DPI = 96
const run = promisify(execFile)

test('a figure from a template to files that other programs read', async ({ gallery: page, browser }) => {
  test.setTimeout(300_000)
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByRole('button', { name: /^Failures by method/ }).click()
  await expect(page.getByRole('img', { name: 'Figure Failures by method' })).toBeVisible()
  await expect(page.getByText(/^174\.7 × [\d.]+ mm$/)).toBeVisible({ timeout: 150_000 })
  await page.getByRole('combobox', { name: 'Scale' }).selectOption('One a panel')
  await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Where the model was wrong')

  const svg = await download(page, 'SVG')
  const png = await download(page, 'PNG')
  const pdf = await download(page, 'PDF')
  expect(await download(page, 'SVG').then((path) => readFile(path))).toEqual(await readFile(svg))

  expect(await shareOfDifferentPixels(browser, svg, png)).toBeLessThan(0.01)
  const { stdout: words } = await run('pdftotext', ['-layout', pdf, '-'])
  for (const title of ['Where the model was wrong', 'GMAR (L1)', 'Attention rollout', 'relevance']) {
    expect(words).toContain(title)
  }
  const { stdout: fonts } = await run('pdffonts', [pdf])
  const embedded = fonts
    .split('\n')
    .slice(2)
    .filter((line) => line.trim() !== '')
  expect(embedded.length).toBeGreaterThan(0)
  for (const font of embedded) expect(font).toMatch(/Inter\S*.*\byes\s+yes\b/)
  const { stdout: info } = await run('pdfinfo', [pdf])
  const points = Number(/Page size:\s+([\d.]+) x/.exec(info)?.[1])
  expect(Math.abs((points / 72) * 25.4 - 6.875 * 25.4)).toBeLessThan(0.1)
  expect(info).toContain('"sha256"')
})

test('samples of a figure are ordered and left out by keys, and too high a figure says so', async ({
  gallery: page,
}) => {
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByRole('button', { name: /^Failures by method/ }).click()
  await expect(page.getByText('it says low and high')).toBeVisible()
  await page.getByRole('textbox', { name: 'How many' }).fill('9')
  await expect(page.getByText(/mm high; a page holds about 229 mm/)).toBeVisible({ timeout: 150_000 })
  await page.getByRole('button', { name: 'Order these by hand' }).click()
  const samples = page.getByRole('list', { name: 'Samples in order' }).getByRole('listitem')
  await expect(samples).toHaveCount(9)
  const [first, second, third] = await samples.allInnerTexts()
  await page.getByRole('button', { name: `${first}: later` }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `${first}: later` })).toBeFocused()
  // The same sample goes on with the next keys, however slowly the window draws.
  await page.evaluate('void (window.requestAnimationFrame = (act) => setTimeout(() => act(performance.now()), 500))')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(samples.nth(3)).toHaveText(first ?? '')
  await page.getByRole('button', { name: `${first}: earlier` }).focus()
  await page.keyboard.press('Enter')
  await expect(samples.nth(2)).toHaveText(first ?? '')
  await page.getByRole('button', { name: `Leave out ${second}` }).press('Enter')
  await expect(samples.first()).toHaveText(third ?? '')
  await expect(samples).toHaveCount(8)
})

test('a figure is saved in the project, found again and deleted', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByRole('button', { name: /^Heads by class/ }).click()
  await page.getByRole('textbox', { name: 'Name of the figure' }).fill('Heads of all classes')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Saved' })).toBeDisabled()
  const link = page.url()
  await page.goBack()
  await page.getByRole('button', { name: /^Heads of all classes/ }).click()
  await expect(page.getByRole('img', { name: 'Figure Heads of all classes' })).toBeVisible()
  expect(page.url()).toBe(link)
  await page.getByRole('button', { name: 'All figures' }).click()
  await page.getByRole('button', { name: 'Delete the figure Heads of all classes' }).click()
  await expect(page.getByText('None yet.')).toBeVisible()
})

async function download(page: Page, format: 'SVG' | 'PDF' | 'PNG'): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: 150_000 }),
    page.getByRole('button', { name: format, exact: true }).click(),
  ])
  return file.path()
}

/** Share of pixels in which the SVG as Chromium draws it differs from the PNG by more than 8 of 255. */
async function shareOfDifferentPixels(browser: Browser, svg: string, png: string): Promise<number> {
  const expected = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = expected.info
  const scale = DPI / CSS_DPI
  const viewport = { width: Math.ceil(width / scale), height: Math.ceil(height / scale) }
  const page = await browser.newPage({ viewport, deviceScaleFactor: scale })
  // Inline: as a picture, Chromium would first round its size to whole CSS pixels.
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${await readFile(svg, 'utf8')}`)
  await page.evaluate('document.fonts.ready')
  const drawn = await sharp(await page.screenshot())
    .extract({ left: 0, top: 0, width, height })
    .removeAlpha()
    .raw()
    .toBuffer()
  await page.close()
  let different = 0
  for (let at = 0; at < drawn.length; at += 3) {
    const apart = [0, 1, 2].some((channel) => Math.abs(drawn[at + channel]! - expected.data[at + channel]!) > 8)
    if (apart) different++
  }
  return different / (width * height)
}
