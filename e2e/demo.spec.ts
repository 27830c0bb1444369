import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'

/** The long tests wait for its end; that of the shared demo is what the next test looks at. */
const LONG = process.env.HEADLIGHT_LONG === '1'

test('the demo is started from the start screen, certified, and shows how it goes on', async ({ start: page }) => {
  test.setTimeout(600_000)
  await page.getByRole('button', { name: 'Open the demo' }).click()

  // Live progress, while the gallery is there to look at already.
  const samples = page.getByRole('grid', { name: 'Samples' })
  await expect(samples).toBeVisible({ timeout: 150_000 })
  await expect(page).toHaveTitle(/^Gallery/)
  const strip = page.getByRole('link', { name: /^Run (Waiting|Running)/ })
  await expect(strip).toBeVisible()
  await expect(strip).toContainText(/[1-9]\d* of 1,000/, { timeout: 150_000 })
  await expect(page.getByRole('status')).toHaveText('1,000 samples')
  // Results are there to filter as they come.
  const correct = page.getByRole('complementary', { name: 'Filters' }).getByRole('button', { name: /^Correct/ })
  await expect(correct).toHaveAccessibleName(/^Correct [1-9]/, { timeout: 60_000 })
  if (!LONG) return
  await expect(strip).toHaveCount(0, { timeout: 500_000 })
  await expect(correct).toHaveAccessibleName('Correct 901')
})

test.describe('with the run finished', () => {
  test.use({ demoFinished: true })

  test('from the counts to the attention of one head', async ({ gallery: page }) => {
    const samples = page.getByRole('grid', { name: 'Samples' })
    // Counts as the model's published facts have them.
    const filters = page.getByRole('complementary', { name: 'Filters' })
    await expect(filters.getByRole('button', { name: 'Correct 901' })).toBeVisible()
    await filters.getByRole('button', { name: 'Wrong 99' }).click()
    await expect(page.getByRole('status')).toHaveText('99 of 1,000 samples')
    await expect(page.getByRole('textbox', { name: 'Filter' })).toHaveValue('correct:false')
    await expect(samples.getByRole('gridcell', { name: /wrong$/ }).first()).toBeVisible()
    await expect(samples.getByRole('gridcell', { name: /correct$/ })).toHaveCount(0)

    // The first wrong sample, by keyboard.
    await samples.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/runs\/1\/samples\/\d+\?filter=correct%3Afalse/)
    await expect(page.getByText('1 of 99')).toBeVisible()

    const methods = page.getByRole('region', { name: 'Methods' })
    for (const name of ['GMAR (L1)', 'GMAR (L2)', 'Attention rollout', 'Chefer et al.', 'Last-layer attention']) {
      await expect(methods.getByRole('button', { name })).toContainText(/\d – \d/)
    }
    await methods.getByRole('button', { name: 'Chefer et al.' }).click()
    await expect(page).toHaveURL(/method=chefer/)

    const weights = page.getByRole('grid', { name: 'Head weights' })
    await expect(weights.getByRole('gridcell')).toHaveCount(8 * 5)
    await expect(weights.getByRole('gridcell', { name: /^Layer 0, head 0: weight 0\.\d+/ })).toBeVisible()
    await weights.getByRole('gridcell', { name: /^Layer 7, head 4:/ }).click()
    const picture = page.getByRole('region', { name: 'Picture' })
    await expect(picture.getByText('Attention of layer 7, head 4')).toBeVisible()
    await expect(picture.getByRole('img', { name: /^Attention of layer 7, head 4: colours from/ })).toBeVisible()
    await expect(picture.locator('canvas')).toHaveCount(1)

    // A reload shows the same: sample, result, method and head.
    await expect(page.getByRole('heading', { level: 1, name: /\.jpg$/ })).toBeVisible()
    const [address, path] = [page.url(), await page.getByRole('heading', { level: 1 }).innerText()]
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(path)
    await expect(picture.getByText('Attention of layer 7, head 4')).toBeVisible()
    await expect(page.getByText('1 of 99')).toBeVisible()
    expect(page.url()).toBe(address)

    // Walking, and back to the same place in the gallery.
    await page.keyboard.press('ArrowRight')
    await expect(page.getByText('2 of 99')).toBeVisible()
    // The name follows when it was not fetched ahead.
    await expect(page.getByRole('heading', { level: 1, name: /\.jpg$/ })).not.toHaveText(path)
    const second = await page.getByRole('heading', { level: 1 }).innerText()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('status')).toHaveText('99 of 1,000 samples')
    const active = await samples.getAttribute('aria-activedescendant')
    await expect(page.locator(`#${active}`)).toHaveAccessibleName(new RegExp(`^${second}:`))
  })
})

test.describe('with a model that is certified already', () => {
  test.use({ demoCertified: true })

  test('a run is paused, resumed and cancelled', async ({ start: page }) => {
    await page.getByRole('button', { name: 'Open the demo' }).click()
    await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible({ timeout: 150_000 })
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const run = page.getByRole('article', { name: 'Run Demo' })
    await expect(run.getByText(/images\/s/)).toBeVisible({ timeout: 150_000 })
    await expectAccessible(page)
    await run.getByRole('button', { name: 'Pause' }).click()
    await expect(run.getByText('Paused', { exact: true })).toBeVisible()
    await run.getByRole('button', { name: 'Resume' }).click()
    await expect(run.getByText('Running', { exact: true })).toBeVisible()
    await run.getByRole('button', { name: 'Cancel' }).click()
    await expect(run.getByText('Cancelled', { exact: true })).toBeVisible()
  })
})
