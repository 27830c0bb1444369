/**
 * Every screen and dialog at the smallest and the largest size: nothing serious for axe, and no scrolling sideways. Rules
 * are run once, those on colours in both schemes; the rest does not depend on them.
 */
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { prepareTour, tour, walk } from './tour'

test.use({ demoFinished: true })

const SMALL = { width: 1024, height: 768 }
const LARGE = { width: 2560, height: 1440 }
const different = tour.filter(({ alike }) => !alike)
const middle = Math.ceil(different.length / 2)

for (const [part, stops] of Object.entries({ first: different.slice(0, middle), second: different.slice(middle) })) {
  test(`nothing serious for axe, nothing cut off: ${part} half of the screens`, async ({ start: page }) => {
    test.setTimeout(400_000)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await prepareTour(page)
    await page.setViewportSize(SMALL)
    await walk(page, stops, async ({ name }) => {
      await expectAccessible(page)
      await expectNoSideways(`${name}, small`)
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      await expectAccessible(page, 'html', ['color-contrast'])
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
      await page.setViewportSize(LARGE)
      await expectNoSideways(`${name}, large`)
      await page.setViewportSize(SMALL)
    })

    async function expectNoSideways(where: string) {
      expect.soft(await page.evaluate<string[]>(WIDER_THAN_THEIR_ROOM), where).toEqual([])
    }
  })
}

/** Elements that scroll sideways, but for text that is shown as it was written. */
const WIDER_THAN_THEIR_ROOM = `[document.documentElement, ...document.querySelectorAll('body *')]
  .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || element === document.documentElement)
  .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.matches(':not(pre)'))
  .map((element) => element.tagName + ' ' + element.className + ' ' + element.scrollWidth + ' > ' + element.clientWidth)`
