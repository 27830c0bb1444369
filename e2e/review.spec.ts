import { expect, test } from './fixtures'

test.use({ demoFinished: true })

test('filters, sorts and overlays of the gallery are kept in its address', async ({ gallery: page }) => {
  const status = page.getByRole('status')
  const samples = page.getByRole('grid', { name: 'Samples' })

  await page.getByRole('textbox', { name: 'Filter' }).fill('label:Shirt correct:false')
  await expect(status).toHaveText('24 of 1,000 samples')
  // Leaves the field, and with it the help on the filter language.
  await page.keyboard.press('Escape')
  await page.getByRole('region', { name: 'Label' }).getByRole('button', { name: /^Coat/ }).click()
  await expect(page.getByRole('textbox', { name: 'Filter' })).toHaveValue('correct:false label:Shirt,Coat')
  await expect(status).toHaveText('35 of 1,000 samples')

  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('confidence')
  await page.getByRole('button', { name: /sort descending$/ }).click()
  await page.getByRole('combobox', { name: 'Method' }).selectOption('rollout')
  await page.getByRole('combobox', { name: 'Scale' }).selectOption('shared')
  await expect(page.getByRole('img', { name: /^Relevance: colours from 0 to 0\.\d+/ })).toBeVisible()
  await page.getByRole('switch', { name: 'Overlay' }).click()
  await expect(samples.locator('canvas[data-method]')).toHaveCount(0)

  await page.reload()
  await expect(status).toHaveText('35 of 1,000 samples')
  await expect(page.getByRole('combobox', { name: 'Sort by' })).toHaveValue('confidence')
  await expect(page.getByRole('combobox', { name: 'Method' })).toHaveValue('rollout')
  await expect(page.getByRole('switch', { name: 'Overlay' })).not.toBeChecked()

  // A text that is not a filter says what is wrong with it and leaves the result alone.
  const filter = page.getByRole('textbox', { name: 'Filter' })
  await filter.fill('colour:red')
  await filter.press('Enter')
  await expect(page.getByRole('alert')).toContainText('colour')
  await expect(status).toHaveText('35 of 1,000 samples')
  // A word alone is looked for in paths and labels: Shirt and T-shirt_top.
  await filter.fill('shirt')
  await expect(status).toHaveText('200 of 1,000 samples')
  await page.getByRole('textbox', { name: 'Filter' }).fill('label:Shirt conf>0.9999')
  await expect(page.getByText('No sample fits this filter')).toBeVisible()
  await page.getByRole('button', { name: 'Show all samples' }).click()
  await expect(status).toHaveText('1,000 samples')
})

test('statistics over heads, and localisation as published for the demo', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Heads' }).click()
  await expect(page).toHaveTitle(/^Heads/)
  await expect(page.getByRole('grid', { name: /^Mean weight of every head, / })).toHaveCount(10)
  await page.getByRole('link', { name: 'Compare groups' }).click()
  const difference = page.getByRole('grid', { name: 'Difference of head weights, correct against wrong' })
  await expect(difference.getByRole('gridcell', { name: /^Layer 0, head 0: d -?\d.*, p .*, q / })).toBeVisible()
  await page.getByRole('link', { name: 'Localisation' }).click()
  await expect(page.getByRole('row', { name: /^Attention rollout 0\.957/ })).toBeVisible()
})
