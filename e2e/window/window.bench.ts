/**
 * The window over 100,000 samples with overlays on, used as a reviewer uses it, in the browser of the tests: what the
 * browser noted of it, beside what is wanted. No test: `npm run bench -- window [--minutes N] [--samples N] [--project P]`.
 */
import { type Locator, type Page, expect, test } from '@playwright/test'
import { startBenchProgram } from './bench-project'
import { readMemory } from './memory'
import { ProcessorTime } from './processor-time'
import { type MemoryAt, type Part, printMemory, printParts } from './report'
import { anotherResult, drawn, gridOf, hold, jump, openGallery, scrollAMinute, wheel } from './use'
import { takeNotes, watch } from './watch'

const samples = Number(process.env.HEADLIGHT_BENCH_SAMPLES ?? 100_000)
/** Of scrolling whose memory is read every minute; none where it is not asked for. */
const minutes = Number(process.env.HEADLIGHT_BENCH_MINUTES ?? 0)

test('the window over many samples', async ({ page }) => {
  test.setTimeout(30 * 60_000)
  const program = await startBenchProgram(samples, process.env.HEADLIGHT_BENCH_PROJECT)
  try {
    await watch(page)
    const processor = await ProcessorTime.of(page)
    const parts: Part[] = []
    const part = async (name: string, use: () => Promise<number[] | void>, strict = false) => {
      const waits = await use()
      parts.push({ name, waits: waits ?? [], noted: await takeNotes(page), tasks: await processor.take(), strict })
    }
    await part('Open the gallery', async () => [await openGallery(page, program.url)])
    await part('Scroll by wheel', () => wheel(page, 10), true)
    await part('Jump by scrollbar', () => jump(page, 20, 100), true)
    await gallery(page, part)
    await screens(page, part)
    printParts(samples, parts)
    if (minutes > 0) await soak(page, processor)
  } finally {
    await program.stop()
  }
})

type Measure = (name: string, use: () => Promise<number[] | void>, strict?: boolean) => Promise<void>

async function gallery(page: Page, part: Measure): Promise<void> {
  await part('Arrow keys in the gallery', async () => {
    await gridOf(page).focus()
    await page.keyboard.press('Home')
    await drawn(page)
    await hold(page, ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'PageDown'], 20)
  })
  await part('Overlays off and on', () => hold(page, ['o', 'o'], 5))
  await part('Filter', async () => {
    const facets = page.getByRole('complementary', { name: 'Filters' })
    const outcome = (name: string) => facets.getByRole('button', { name }).first()
    return inTurn(['Wrong', 'Wrong', 'Correct', 'Correct'], (name) => anotherResult(page, () => outcome(name).click()))
  })
  await part('Group', () => {
    const group = page.getByRole('combobox', { name: 'Group by' })
    return inTurn(['label', 'tag', 'none'], (by) => anotherResult(page, () => group.selectOption(by)))
  })
}

async function screens(page: Page, part: Measure): Promise<void> {
  await part('Open a sample', async () => {
    await gridOf(page).focus()
    await page.keyboard.press('ArrowRight')
    const started = performance.now()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('grid', { name: 'Head weights' })).toBeVisible()
    return [performance.now() - started]
  })
  await part('Next sample by key', () => hold(page, ['ArrowRight'], 40))
  await part('Six panes: zoom, drag, point', () => comparePanes(page))
  const contents: Record<string, Locator> = {
    Heads: page.getByRole('grid', { name: /^Mean/ }).first(),
    Confusion: page.getByRole('region', { name: 'Matrix' }).locator('canvas').first(),
    Annotations: page.getByRole('table', { name: 'Annotated samples' }).getByRole('row').nth(3),
    Gallery: gridOf(page),
  }
  for (const [name, content] of Object.entries(contents)) {
    await part(name, async () => {
      const started = performance.now()
      await page.getByRole('link', { name, exact: true }).click()
      await expect(content).toBeVisible({ timeout: 60_000 })
      const shown = performance.now() - started
      await page.waitForLoadState('networkidle')
      return [shown]
    })
  }
}

/** Pins the next six samples, and moves over their maps as one who looks closely. */
async function comparePanes(page: Page): Promise<void> {
  for (let pane = 0; pane < 6; pane++) await hold(page, ['b', 'ArrowRight'], 1)
  await page.getByRole('link', { name: /^Compare/ }).click()
  const pane = page.getByRole('region', { name: 'Pane F' })
  await expect(pane.locator('canvas').first()).toBeVisible()
  const box = await pane.boundingBox()
  if (!box) throw new Error('The last of six panes is not in sight.')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  for (let turn = 0; turn < 20; turn++) {
    await page.mouse.wheel(0, turn < 12 ? -100 : 100)
    await page.waitForTimeout(16)
  }
  await page.mouse.down()
  for (let step = 0; step < 30; step++) {
    await page.mouse.move(x + 3 * step, y + step)
    await page.waitForTimeout(16)
  }
  await page.mouse.up()
  for (let step = 0; step < 60; step++) {
    await page.mouse.move(x - 60 + 2 * step, y - 30 + step)
    await page.waitForTimeout(16)
  }
}

async function inTurn<Item>(items: readonly Item[], time: (item: Item) => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (const item of items) times.push(await time(item))
  return times
}

async function soak(page: Page, processor: ProcessorTime): Promise<void> {
  await drawn(page)
  const readings: MemoryAt[] = [{ minute: 0, memory: await readMemory(page) }]
  const parts: Part[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    await takeNotes(page)
    await processor.take()
    await scrollAMinute(page)
    const noted = await takeNotes(page)
    parts.push({ name: `Minute ${minute} of scrolling`, noted, tasks: await processor.take(), strict: true })
    readings.push({ minute, memory: await readMemory(page) })
  }
  printParts(samples, parts)
  printMemory(readings)
}
