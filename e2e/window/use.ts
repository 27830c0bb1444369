/** Using the gallery as a reviewer does: scrolling, jumping, walking with keys. */
import { type Locator, type Page, expect } from '@playwright/test'

/** Between two turns of a wheel, and between two repeats of a key that is held down. */
const WHEEL_EVERY_MS = 16
const KEY_EVERY_MS = 33

export const gridOf = (page: Page): Locator => page.getByRole('grid', { name: 'Samples' })

const pause = (page: Page, milliseconds: number) => page.waitForTimeout(milliseconds)

/** Turns the wheel over the grid, down and now and then up, for so many seconds. */
export async function wheel(page: Page, seconds: number): Promise<void> {
  await gridOf(page).hover()
  const end = performance.now() + seconds * 1000
  for (let turn = 0; performance.now() < end; turn++) {
    await page.mouse.wheel(0, turn % 80 < 60 ? 240 : -240)
    await pause(page, WHEEL_EVERY_MS)
  }
}

/** Jumps to places far from each other, as a dragged scrollbar does; gives the milliseconds until each was drawn. */
export async function jump(page: Page, times: number, pauseMs = 0): Promise<number[]> {
  const waits: number[] = []
  for (let turn = 1; turn <= times; turn++) {
    const started = performance.now()
    await page.evaluate(`(() => {
      const grid = document.querySelector('[role=grid][aria-label=Samples]')
      grid.scrollTop = ${(turn * 0.381_966) % 1} * (grid.scrollHeight - grid.clientHeight)
    })()`)
    await drawn(page)
    waits.push(performance.now() - started)
    await pause(page, pauseMs)
  }
  return waits
}

/** Scrolls by wheel, and now and then jumps far away, for a minute. */
export async function scrollAMinute(page: Page): Promise<void> {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    await wheel(page, 8)
    await jump(page, 2)
  }
}

/** Every picture in sight is on its canvas. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(PICTURES_DRAWN)
}

/**
 * Waits until each tile in sight has said what it shows, and the middle of its picture is not transparent. It looks
 * seldom, since looking at a canvas makes the page wait for it.
 */
const PICTURES_DRAWN = `new Promise((resolve) => {
  const look = () => (isDrawn() ? resolve() : setTimeout(look, 60))
  look()
  function isDrawn() {
    const grid = document.querySelector('[role=grid][aria-label=Samples]')
    if (!grid) return false
    const sight = grid.getBoundingClientRect()
    const rows = [...grid.querySelectorAll('[role=row]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return row.querySelector('canvas') && bottom > sight.top && top < sight.bottom
    })
    return rows.length > 0 && rows.every((row) => {
      const canvas = row.querySelector('canvas')
      const context = canvas.getContext('2d')
      const tiles = row.querySelectorAll('[role=gridcell]')
      return [...tiles].every((tile, column) => {
        if (!tile.dataset.outcome) return false
        const x = Math.floor(((column + 0.5) * canvas.width) / tiles.length)
        return context.getImageData(x, canvas.height >> 1, 1, 1).data[3] > 0
      })
    })
  }
})`

/** Presses keys as one who holds them down, in turn. */
export async function hold(page: Page, keys: readonly string[], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    for (const key of keys) {
      await page.keyboard.press(key)
      await pause(page, KEY_EVERY_MS)
    }
  }
}

/** Opens the gallery of the only run; gives the milliseconds until its pictures were drawn. */
export async function openGallery(page: Page, url: string): Promise<number> {
  const started = performance.now()
  await page.goto(url)
  await expect(gridOf(page)).toBeVisible({ timeout: 60_000 })
  await drawn(page)
  return performance.now() - started
}

/** Milliseconds from an action that changes the number of rows until the pictures of the new result are drawn. */
export async function anotherResult(page: Page, act: () => Promise<unknown>): Promise<number> {
  const rows = await gridOf(page).getAttribute('aria-rowcount')
  const started = performance.now()
  await act()
  await expect(gridOf(page)).not.toHaveAttribute('aria-rowcount', rows ?? '', { timeout: 60_000 })
  await drawn(page)
  return performance.now() - started
}
