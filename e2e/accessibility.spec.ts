/**
 * Every screen and dialog at the smallest size and at 200 %, in the long tests also large and at 150 %: nothing serious for axe,
 * no scrolling sideways, and nothing to use that is cut off at the side.
 */
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { prepareTour, tour, walk } from './tour'

test.use({ demoFinished: true })

const SMALL = { width: 1024, height: 768 }
/**
 * The long tests look at every screen in both schemes and in every size, the others at one after the other in light and
 * in dark, at the small size and at the one with the least room.
 */
const LONG = process.env.HEADLIGHT_LONG === '1'
/** By name. A window of 1440 x 900 that is zoomed has fewer CSS pixels. */
const OTHERS = {
  ...(LONG && { large: { width: 2560, height: 1440 }, '150 %': { width: 960, height: 600 } }),
  '200 %': { width: 720, height: 450 },
}
const different = tour.filter(({ alike }) => !alike)
const middle = Math.ceil(different.length / 2)

for (const [part, stops] of Object.entries({ first: different.slice(0, middle), second: different.slice(middle) })) {
  test(`nothing serious for axe, nothing cut off: ${part} half of the screens`, async ({ start: page }) => {
    test.setTimeout(400_000)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await prepareTour(page)
    await page.setViewportSize(SMALL)
    await walk(page, stops, async ({ name }) => {
      const [first, second] = schemeOf(name)
      await page.emulateMedia({ colorScheme: first, reducedMotion: 'reduce' })
      await expectAccessible(page)
      await expectNoSideways(`${name}, small`)
      if (LONG) {
        await page.emulateMedia({ colorScheme: second, reducedMotion: 'reduce' })
        await expectAccessible(page, 'html', ['color-contrast'])
      }
      for (const [size, viewport] of Object.entries(OTHERS)) {
        await page.setViewportSize(viewport)
        await expectNoSideways(`${name}, ${size}`)
      }
      await page.setViewportSize(SMALL)
    })

    async function expectNoSideways(where: string) {
      // What measures its room is drawn anew a moment after the room has changed.
      const { poll } = expect.configure({ soft: true })
      for (const look of [WIDER_THAN_THEIR_ROOM, CUT_OFF])
        await poll(() => page.evaluate<string[]>(look), { message: where, timeout: 5000 }).toEqual([])
    }
  })
}

function schemeOf(name: string): ['light' | 'dark', 'light' | 'dark'] {
  return different.findIndex((stop) => stop.name === name) % 2 === 0 ? ['light', 'dark'] : ['dark', 'light']
}

/** Elements that scroll sideways, but for text that is shown as it was written. */
const WIDER_THAN_THEIR_ROOM = `[document.documentElement, ...document.querySelectorAll('body *')]
  .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || element === document.documentElement)
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.matches(':not(pre)'))
  .map((element) => element.tagName + ' ' + element.className + ' ' + element.scrollWidth + ' > ' + element.clientWidth)`

/** What can be used and does not lie within everything around it that cuts what it holds. */
const CUT_OFF = `[...document.querySelectorAll('a, button, input, select, summary')].flatMap((element) => {
  const own = element.getBoundingClientRect()
  if (own.width < 2 || own.height < 2) return []
  for (let room = element.parentElement; room; room = room.parentElement) {
    if (getComputedStyle(room).overflowX === 'visible' && room !== document.documentElement) continue
    const { left, right } = room.getBoundingClientRect()
    if (own.left < left - 1 || own.right > right + 1)
      return [(element.ariaLabel ?? element.textContent) + ' ' + own.left + ' to ' + own.right + ' in ' + left + ' to ' + right]
  }
  return []
})`
