/**
 * Writes docs/screenshots: every screen on the finished demo, light and dark, at 1440 x 900. HEADLIGHT_SHOTS=FOLDER
 * writes them there instead, and HEADLIGHT_SHOTS_SIZE=1024x768 takes another size.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Page, expect } from '@playwright/test'
import sharp from 'sharp'
import { test } from './fixtures'
import { openProgram, runHeadlight } from './program'
import { computedTour, prepareTour, questionsTour, tour, walk } from './tour'

const FOLDER = process.env.HEADLIGHT_SHOTS ?? 'docs/screenshots'
const [width = 1440, height = 900] = (process.env.HEADLIGHT_SHOTS_SIZE ?? '').split('x').flatMap((n) => Number(n) || [])
/** Few colours make small files. Large relevance maps need dithering, many small ones do without. */
const PNG = { palette: true, colours: 200, effort: 4, compressionLevel: 9 }
const MAX_BYTES_DITHERED = 220_000

test.use({ demoFinished: true })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`screens, ${colorScheme}`, async ({ start: page, program }) => {
    test.setTimeout(900_000)
    await mkdir(FOLDER, { recursive: true })
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await prepareTour(page)
    await walk(page, [...tour, ...computedTour], ({ name }) => keep(page, `${name}-${colorScheme}`, program.folder))
  })

  test(`screens of the second demo, ${colorScheme}`, async ({ page, program }) => {
    test.setTimeout(900_000)
    await mkdir(FOLDER, { recursive: true })
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await runHeadlight(['demo', '--questions', '--out', program.folder], program.folder)
    const opened = await openProgram(join(program.folder, 'Questions.headlight'))
    try {
      await page.goto(opened.url)
      await expect(page.getByRole('gridcell').first()).toBeVisible({ timeout: 60_000 })
      await walk(page, questionsTour, ({ name }) => keep(page, `${name}-${colorScheme}`, program.folder))
    } finally {
      await opened.stop()
    }
  })
}

async function keep(page: Page, name: string, folder: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  // Nothing is hovered, and pictures that have arrived are drawn.
  await page.mouse.move(width - 240, 1)
  await page.evaluate(`Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))`)
  await page.evaluate(shortenPaths([resolve('.'), folder]))
  await writeFile(join(FOLDER, `${name}.png`), await smallPng(await steadyPicture(page)))
}

/** The page once it looks the same twice: maps are drawn a few at a time. What never stands still is taken as it is. */
async function steadyPicture(page: Page): Promise<Buffer> {
  let last = await page.screenshot()
  for (let i = 0; i < 20; i++) {
    await page.waitForTimeout(400)
    const next = await page.screenshot()
    if (next.equals(last)) break
    last = next
  }
  return last
}

async function smallPng(picture: Buffer): Promise<Buffer> {
  const encoded = (dither: number) =>
    sharp(picture)
      .png({ ...PNG, dither })
      .toBuffer()
  const dithered = await encoded(0.5)
  return dithered.length > MAX_BYTES_DITHERED ? encoded(0) : dithered
}

/** A script that writes `~` for folders of the machine that takes the pictures, in text and in fields. */
function shortenPaths(folders: string[]): string {
  return `(() => {
    const folders = ${JSON.stringify(folders)}
    const shorten = (text) => folders.reduce((short, folder) => short.replaceAll(folder, '~'), text)
    for (const field of document.querySelectorAll('input')) if (field.value !== shorten(field.value)) field.value = shorten(field.value)
    for (const part of document.querySelectorAll('[data-text]')) part.dataset.text = shorten(part.dataset.text)
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) if (texts.currentNode.data !== shorten(texts.currentNode.data)) texts.currentNode.data = shorten(texts.currentNode.data)
  })()`
}
