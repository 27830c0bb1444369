import { expect, test } from './fixtures'

test.use({ demoFinished: true })

test('the head that differs most between correct and wrong, and its page', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  await page.getByRole('link', { name: 'Compare groups' }).click()
  const list = page.getByRole('table', { name: 'Heads that differ most' })
  const first = list.getByRole('link').first()
  await expect(first).toHaveText(/^Layer \d+, head \d+$/)
  const all = await list.getByRole('row').nth(1).innerText()

  // Within labels the numbers are others, and the heads may be. No bag is taken for anything else.
  await page.getByRole('switch', { name: 'Within labels' }).click()
  await expect(page.getByText(/compared within 9 labels/)).toBeVisible()
  await expect.poll(() => list.getByRole('row').nth(1).innerText()).not.toBe(all)
  const [, layer, head] = /^Layer (\d+), head (\d+)$/.exec(await first.innerText()) ?? []
  const grid = page.getByRole('grid', { name: 'Difference of head weights, correct against wrong' })
  await expect(grid.getByRole('gridcell', { name: new RegExp(`^Layer ${layer}, head ${head}: d -?\\d`) })).toBeVisible()
  await first.click()

  await expect(page).toHaveURL(new RegExp(`/heads/${layer}\\.${head}`))
  await expect(page.getByRole('heading', { name: `Layer ${layer}, head ${head}` })).toBeVisible()
  // A link to it opens it: its dot is not a file extension.
  await page.reload()
  await expect(page.getByRole('heading', { name: `Layer ${layer}, head ${head}` })).toBeVisible()
  const boxes = page.getByRole('table', { name: 'Weight by group' })
  // The two groups that were compared; "All heads" leads back to them.
  await expect(boxes.getByRole('row')).toHaveCount(3)
  await expect(boxes.getByRole('link')).toHaveText(['correct', 'wrong'])
  await expect(page.getByText(/^Cohen’s d [−+]\d\.\d\d, p .* within labels/)).toBeVisible()
  await page.getByRole('link', { name: 'All heads' }).click()
  await expect(page.getByText(/compared within 9 labels/)).toBeVisible()
  await page.goBack()
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('By label')
  await expect(boxes.getByRole('row')).toHaveCount(11)
  // Sums of the run cover all of it, correct and wrong.
  await expect(page.getByText('over all 1,000 samples of the run')).toBeVisible()
  for (const name of ['All samples', 'Correct', 'Wrong']) {
    await expect(page.getByRole('img', { name: new RegExp(`^Mean attention, ${name}: highest`) })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Class by class' }).click()
  await expect(page.getByRole('img', { name: /^Mean attention, / })).toHaveCount(13)
  const samples = page.getByRole('region', { name: 'Samples' }).getByRole('link', { name: /, weight \d/ })
  await expect(samples).toHaveCount(12)
  await expect(samples.first().locator('canvas')).toBeVisible({ timeout: 150_000 })
  const weights = (await samples.allInnerTexts()).map(Number)
  expect(weights[0]).toBeGreaterThan(weights[6]!)

  // The sample in focus is pinned with the head's attention.
  await samples.first().focus()
  await page.keyboard.press('b')
  await expect(page.getByRole('link', { name: 'Compare (1)' })).toBeVisible()

  await boxes.getByRole('link').first().click()
  await expect(page).toHaveURL(new RegExp(`sort=head%28${layer}%2C${head}%29`))
  await expect(page.getByRole('status')).toHaveText('100 of 1,000 samples')
})

test('a filter has its own statistics, and its own mean attention on demand', async ({ gallery: page }) => {
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  const matrix = page.getByRole('grid', { name: 'Mean weight of every head', exact: true })
  await expect(page.getByText('99 samples. Choose a head')).toBeVisible()
  const notices = page.getByRole('log', { name: 'Notices' })
  await page.keyboard.press('b')
  await expect(notices).toContainText('Go to a head')
  await matrix.getByRole('gridcell').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('b')
  await expect(notices).toContainText('Pinned Attention of layer 0, head 1, in the sample where it weighs most.')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/heads\/0\.1\?filter=correct%3Afalse/)
  await page.getByRole('button', { name: 'Average 32 images of this filter now' }).click()
  await expect(page.getByRole('img', { name: /^Mean attention, This filter: highest/ })).toBeVisible({
    timeout: 150_000,
  })
  await page.keyboard.press(']')
  await expect(page.getByRole('heading', { name: 'Layer 0, head 2' })).toBeVisible()
})

test('a comparison whose group is empty names it, and leads on', async ({ gallery: page }) => {
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  await page.getByRole('link', { name: 'Compare groups' }).click()
  await expect(page.getByRole('heading', { name: 'Too few samples in the group “correct”' })).toBeVisible()
  await expect(page.getByText('0 correct and 99 wrong; each group needs 2.')).toBeVisible()
  await page.getByRole('button', { name: 'Leave out correct:false: 901 correct, 99 wrong' }).click()
  await expect(page.getByRole('grid', { name: 'Difference of head weights, correct against wrong' })).toBeVisible()
  await expect(page).not.toHaveURL(/filter=/)
})

test('classes by heads: similar ones together or as the model has them, each cell a gallery', async ({
  gallery: page,
}) => {
  await page.getByRole('link', { name: 'Heads', exact: true }).click()
  await page.getByRole('link', { name: 'Classes × heads' }).click()
  const grid = page.getByRole('grid', { name: 'Classes by heads' })
  const cell = grid.getByRole('gridcell')
  await page.getByText('Model order').click()
  await expect(cell).toHaveAccessibleName(/^T-shirt_top, layer 0, head 0: -?\d/)
  await grid.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await expect(cell).toHaveAccessibleName(/^Trouser, layer 0, head 1: /)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/filter=class%3ATrouser&sort=head%280%2C1%29/)
})
