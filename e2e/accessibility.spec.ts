/**
 * Every screen and dialog at the smallest and the largest size: nothing serious for axe, and no scrolling sideways.
 */
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { prepareTour, tour, walk } from './tour'

test.use({ demoFinished: true })

const SMALL = { width: 1024, height: 768 }
const LARGE = { width: 2560, height: 1440 }
/** The long tests look at every screen in both schemes, the others at one after the other in light and in dark. */
const LONG = process.env.HEADLIGHT_LONG === '1'
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
      await page.setViewportSize(LARGE)
      await expectNoSideways(`${name}, large`)
      await page.setViewportSize(SMALL)
    })

    async function expectNoSideways(where: string) {
      expect.soft(await page.evaluate<string[]>(WIDER_THAN_THEIR_ROOM), where).toEqual([])
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
