import { expect, test } from '@playwright/test'
import { startBenchProgram } from './bench-project'
import { readMemory } from './memory'
import { megabytes } from './report'
import { gridOf, openGallery, scrollAMinute } from './use'

const MINUTES = 5
/** What may be there after five minutes that was not after the first one, which fills the caches. */
const MORE_HEAP = 10e6
const MORE_RESIDENT = 150e6
const MORE_NODES = 2000

test.skip(process.env.HEADLIGHT_LONG !== '1', 'minutes of scrolling: npm run test:long')

test('memory is flat over five minutes of scrolling through 100,000 samples', async ({ page }) => {
  test.setTimeout(20 * 60_000)
  const program = await startBenchProgram(100_000)
  try {
    await openGallery(page, program.url)
    await scrollAMinute(page)
    const before = await readMemory(page)
    for (let minute = 0; minute < MINUTES; minute++) await scrollAMinute(page)
    const after = await readMemory(page)
    const said = `heap ${megabytes(before.heap)}, then ${megabytes(after.heap)}`
    expect(after.heap - before.heap, said).toBeLessThan(MORE_HEAP)
    expect(after.nodes - before.nodes, 'nodes of documents').toBeLessThan(MORE_NODES)
    if (before.resident !== null && after.resident !== null)
      expect(after.resident - before.resident, 'memory of the page’s process').toBeLessThan(MORE_RESIDENT)
    await expect(
      gridOf(page)
        .getByRole('gridcell', { name: /predicted/ })
        .first(),
    ).toBeVisible()
  } finally {
    await program.stop()
  }
})
