/** Maps evaluated and heads switched off in the window, of the real model over a few images. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'

test.use({ demoFinished: true })

const LONG = { timeout: 150_000 }
const withLimit = (page: Page, limit: number) =>
  page.getByRole('textbox', { name: 'Images, the first of every label in turn' }).fill(String(limit))

test('which head matters most for Shirt, whether GMAR knew, how sure that is; and the head’s own page', async ({
  gallery: page,
}) => {
  test.setTimeout(300_000)
  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  await page.getByRole('link', { name: 'Without each head' }).click()
  await expect(page.getByRole('heading', { name: 'No head was switched off yet' })).toBeVisible()
  await page.getByRole('button', { name: 'Begin…' }).click()
  await withLimit(page, 20)
  const dialog = page.getByRole('dialog', { name: 'Switch off heads' })
  await expect(dialog.getByText('20 images, 40 forward passes each: 800.')).toBeVisible(LONG)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Begin', exact: true }).click()
  await expect(page.getByRole('link', { name: /^Evaluation under way: Switching off heads/ })).toBeVisible(LONG)
  const verdict = page.getByRole('region', { name: 'What the numbers say' })
  await expect(verdict).toContainText('over 20 images', LONG)
  await expect(verdict).toContainText(
    /Without head \d of layer \d the logit of the predicted class changes most: by 0\.\d/,
  )
  await expect(verdict).toContainText(
    /GMAR’s weight \(L1\) has it \d+\w\w of all 40 heads and \d\w\w of the 5 in its layer/,
  )
  await expect(verdict).toContainText('20 images are few')
  await expect(
    page.getByRole('img', { name: /^40 heads, GMAR’s weight \(L1\) against effect: Spearman/ }),
  ).toBeVisible()
  await expectAccessible(page)

  // Another score stands against the same effect.
  const agreement = page.getByRole('table', { name: 'Agreement of scores with the effect' })
  await agreement.getByRole('button', { name: '|sum A∘G| by image' }).click()
  await expect(verdict).toContainText('|sum A∘G| by image has it')
  await expect(agreement.getByRole('row')).toHaveCount(11)

  // Two shirts: few, and said so. A class of which none was measured has nothing to say.
  await page
    .getByRole('region', { name: 'Effect by group' })
    .getByRole('button', { name: 'Shirt', exact: true })
    .click()
  await expect(page).toHaveURL(/filter=class%3AShirt/)
  await expect(verdict).toContainText('over 2 images of class:Shirt')
  await page.getByRole('textbox', { name: 'Filter' }).fill('class:Shirt conf<0')
  await expect(page.getByRole('heading', { name: 'None of the measured images matches this filter' })).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter' }).fill('')

  // Two heads at once, over what is in view.
  await expect(verdict).toContainText('over 20 images')
  await page.getByRole('combobox', { name: 'Heads to switch off' }).click()
  for (const head of ['0.1', '0.2']) await page.getByRole('option', { name: head, exact: true }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Switch off', exact: true }).click()
  await expect(
    page.getByText(/^Of 40 images, the first of every label in turn, \d+ (is|are) predicted otherwise/),
  ).toBeVisible(LONG)

  const effect = page.getByRole('grid', { name: 'Effect of every head' })
  await effect.getByRole('gridcell').first().focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/heads\/0\.0/)
  const without = page.getByRole('region', { name: 'Without this head' })
  await expect(without).toContainText(/changes by \d.* over 20 images: \d+\w\w of 40 heads/, LONG)
  const samples = without.getByRole('list', { name: 'Samples that change most without this head' }).getByRole('link')
  await expect(samples).toHaveCount(6)
  await samples.first().click()
  await expect(page).toHaveURL(/samples\/\d+\?.*head=0\.0/)

  // One sample, by hand: predictions before and after.
  await page.getByRole('combobox', { name: 'Heads to switch off' }).click()
  await page.getByRole('option', { name: '0.0', exact: true }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Switch off', exact: true }).click()
  await expect(page.getByText(/; the logit of \S+ (loses|gains) \d/)).toBeVisible(LONG)
  await expect(page.getByRole('table', { name: 'Predictions before and after' })).toBeVisible()
  // Three maps that are not this sample's, once a method is in view.
  await page
    .getByRole('region', { name: 'Methods' })
    .getByRole('button', { name: /Attention rollout/ })
    .click()
  const controls = page.getByRole('region', { name: 'Could it be any picture’s?' }).getByRole('listitem')
  await expect(controls).toHaveCount(3)
  await expect(controls.first()).toHaveText(/^Random order\s*−?0\.\d+$/)
})

test('maps are evaluated: the cost before, paused, gone on after the page was left, and a verdict with its table', async ({
  gallery: page,
}) => {
  test.setTimeout(300_000)
  await page.getByRole('link', { name: 'Methods', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Not yet evaluated' })).toBeVisible()
  await page.getByRole('button', { name: 'Begin…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Evaluate maps' })
  await dialog.getByRole('checkbox', { name: 'SaCo' }).uncheck()
  await dialog.getByRole('checkbox', { name: 'Randomisation' }).uncheck()
  for (const method of ['GMAR (L2)', 'Chefer et al.', 'Last-layer attention'])
    await dialog.getByRole('checkbox', { name: method }).uncheck()
  await withLimit(page, 6)
  // Two methods and two controls, 21 pictures under the mean and 11 under the blur.
  await expect(dialog.getByText(/^6 images, 128 forward passes each .*: 768\.$/)).toBeVisible(LONG)
  await dialog.getByRole('button', { name: 'Measure the time' }).click()
  await expect(dialog.getByText(/^About .* on this machine, by \d+ passes timed now\.$/)).toBeVisible(LONG)
  await dialog.getByRole('button', { name: 'Begin', exact: true }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Not finished')).toBeVisible(LONG)
  await page.reload()
  await page.getByRole('button', { name: 'Go on' }).click(LONG)

  const verdict = page.getByRole('region', { name: 'What the numbers say' })
  await expect(verdict).toContainText(
    /GMAR \(L1\) is (not told from|better than|worse than) plain rollout|No method is shown to beat/,
    LONG,
  )
  await expect(verdict).toContainText('6 images are few')
  const deletion = page.getByRole('table', { name: 'deletion (mean fill)' })
  await expect(deletion.getByRole('rowheader')).toHaveText([
    ...['GMAR (L1)', 'Attention rollout', 'random order', 'Gaussian in the middle'],
  ])
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Table' }).click()
  const written = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'CSV' }).click()
  const csv = readFileSync(await (await written).path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  expect(csv).toHaveLength(1 + 2 * 4)
  expect(csv[1]).toMatch(/^deletion_mean,lower,gmar_l1,0\.\d+/)

  // Off the list, and asked for again: everything is there already.
  await page.getByRole('button', { name: 'Take this evaluation off the list' }).click()
  await expect(page.getByRole('heading', { name: 'Not yet evaluated' })).toBeVisible()
})
