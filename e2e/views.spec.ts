/** Saved views, counts of annotations, and sorting by a head. */
import { expect, test } from './fixtures'

test.use({ demoFinished: true })

test('a view is kept under a name, opened from the palette, removed and brought back', async ({ gallery: page }) => {
  await page.goto(
    new URL('/runs/1/gallery?filter=label:Shirt+correct:false&sort=confidence&order=descending', page.url()).href,
  )
  const grid = page.getByRole('grid', { name: 'Samples' })
  await expect(grid.getByRole('gridcell', { name: /label Shirt, wrong/ }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Saved views' }).click()
  const menu = page.getByRole('dialog', { name: 'Saved views' })
  await menu.getByRole('textbox', { name: 'Name of this view' }).fill('Confused shirts')
  await menu.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('View “Confused shirts” saved.')).toBeVisible()
  await expect(menu.getByRole('link', { name: /^Confused shirts/ })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  await page.keyboard.press('ControlOrMeta+k')
  const palette = page.getByRole('dialog')
  await palette.getByRole('textbox', { name: 'Command' }).fill('All heads')
  await palette.getByRole('button', { name: 'Save this view as “All heads”' }).click()
  await expect(page.getByText('View “All heads” saved.')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+k')
  await palette.getByRole('textbox', { name: 'Command' }).fill('confused')
  await palette.getByRole('button', { name: 'Confused shirts, Gallery' }).click()
  await expect(page).toHaveURL(/gallery\?filter=label%3AShirt\+correct%3Afalse&sort=confidence&order=descending/)

  await page.getByRole('button', { name: 'Saved views' }).click()
  await menu.getByRole('button', { name: 'Remove All heads' }).click()
  await menu.getByRole('button', { name: 'Bring All heads back' }).click()
  await expect(menu.getByRole('link', { name: /^All heads/ })).toBeVisible()
  await menu.getByRole('button', { name: 'Remove Confused shirts' }).click()
  await expect(menu.getByText('removed')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Saved views' }).click()
  await expect(menu.getByRole('listitem').getByRole('link')).toHaveText([/^All heads/])
})

test('tags and verdicts are counted and filter, also from the palette', async ({ gallery: page }) => {
  const grid = page.getByRole('grid', { name: 'Samples' })
  const cells = grid.getByRole('gridcell', { name: /predicted/ })
  await cells.nth(0).click({ modifiers: ['ControlOrMeta'] })
  await cells.nth(1).click({ modifiers: ['ControlOrMeta'] })
  await page.keyboard.press('Shift+T')
  await page
    .getByRole('combobox', { name: 'Tag' })
    .or(page.getByRole('textbox', { name: 'Tag' }))
    .fill('blurred')
  await page.keyboard.press('Enter')
  const facet = page.getByRole('region', { name: 'Tag' }).getByRole('button', { name: /blurred/ })
  await expect(facet).toHaveText(/2$/)
  await facet.click()
  await expect(page).toHaveURL(/filter=tag%3Ablurred/)
  await expect(cells).toHaveCount(2)

  await page.keyboard.press('ControlOrMeta+k')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Command' }).fill('blur')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'tag:blurred, tagged blurred' })).toBeVisible()
})

test('any head can be sorted by', async ({ gallery: page }) => {
  await page.getByRole('button', { name: 'Sort by the weight of a head' }).click()
  const heads = page.getByRole('grid', { name: 'Heads to sort by' })
  await heads.getByRole('gridcell', { name: /^Layer 2, head 1: mean weight 0\.\d+/ }).click()
  await expect(page).toHaveURL(/sort=head%282%2C1%29&order=descending/)
  await expect(page.getByRole('combobox', { name: 'Sort by' })).toHaveValue('head(2,1)')
  await expect(heads).toHaveCount(0)
})
