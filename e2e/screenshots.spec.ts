/**
 * Writes docs/screenshots: every screen on the finished demo, light and dark, at 1440 x 900. HEADLIGHT_SHOTS=FOLDER
 * writes them there instead, and HEADLIGHT_SHOTS_SIZE=1024x768 takes another size.
 */
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { test } from './fixtures'
import { computedTour, prepareTour, tour, walk } from './tour'

const FOLDER = process.env.HEADLIGHT_SHOTS ?? 'docs/screenshots'
const [width = 1440, height = 900] = (process.env.HEADLIGHT_SHOTS_SIZE ?? '').split('x').flatMap((n) => Number(n) || [])
/** Colours of a picture: few enough for small files, many enough for relevance maps. */
const COLOURS = 192

test.use({ demoFinished: true })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`screens, ${colorScheme}`, async ({ start: page, program }) => {
    test.setTimeout(900_000)
    await mkdir(FOLDER, { recursive: true })
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await prepareTour(page)
    await walk(page, [...tour, ...computedTour], async ({ name }) => {
      await page.waitForLoadState('networkidle')
      // Nothing is hovered, and pictures that have arrived are drawn.
      await page.mouse.move(width - 240, 1)
      await page.evaluate(`Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)))`)
      await page.evaluate(shortenPaths([resolve('.'), program.folder]))
      const picture = await page.screenshot()
      const file = join(FOLDER, `${name}-${colorScheme}.png`)
      await sharp(picture).png({ palette: true, colours: COLOURS, effort: 8, compressionLevel: 9 }).toFile(file)
    })
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
