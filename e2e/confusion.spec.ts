import { expect, test } from './fixtures'

test.use({ demoFinished: true })

test('the most confused pair is found and its samples are opened', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Confusion', exact: true }).click()
  await expect(page).toHaveTitle(/^Confusion/)
  await expect(page.getByRole('status').first()).toHaveText('901 of 1,000 right, 90 %')
  const first = page.getByRole('table', { name: 'Top confusions' }).getByRole('link').first()
  const [label, prediction] = (await first.innerText()).split(' → ')
  const row = page.getByRole('table', { name: 'Top confusions' }).getByRole('row').nth(1)
  const count = Number(await row.getByRole('cell').first().innerText())
  expect(count).toBeGreaterThan(5)
  await first.click()
  await expect(page).toHaveURL(new RegExp(`gallery\\?filter=class%3A${label}\\+pred%3A${prediction}`))
  await expect(page.getByRole('status')).toHaveText(`${count} of 1,000 samples`)
})

test('why a pair is confused: both directions in the gallery, and the failures beside correct samples', async ({
  gallery: page,
}) => {
  await page.getByRole('link', { name: 'Confusion', exact: true }).click()
  const first = page.getByRole('table', { name: 'Top confusions' }).getByRole('link').first()
  const [label = '', prediction = ''] = (await first.innerText()).split(' → ')
  await first.focus()
  const cell = page.getByRole('region', { name: 'Chosen cell' })
  const open = await cell.getByRole('link', { name: /^Open \d+ samples$/ }).innerText()
  const failures = Number(/\d+/.exec(open)?.[0])
  const both = cell.getByRole('link', { name: /^Both directions: \d+$/ })
  const all = Number(/\d+/.exec(await both.innerText())?.[0])
  expect(all).toBeGreaterThan(failures)
  await both.click()
  await expect(page).toHaveURL(/group=label/)
  await expect(page.getByRole('status')).toHaveText(`${all} of 1,000 samples`)
  await page.goBack()

  await cell.getByRole('link', { name: 'Compare with correct ones' }).click()
  const name = `${label} taken for ${prediction}`
  // The demo explains predictions: the same class is explained of those that are rightly taken for it.
  await expect(page.getByRole('heading', { name: `${name} against correct ${prediction}` })).toBeVisible()
  await expect(page.getByText(`Both groups explain ${prediction}; their labels differ.`)).toBeVisible()
  await page.getByRole('combobox', { name: 'Correct samples' }).selectOption('label')
  await expect(page.getByRole('heading', { name: `${name} against correct ${label}` })).toBeVisible()
  await expect(page.getByText(`Failures explain ${prediction}, the others ${label}: part of`)).toBeVisible()
  await expect(page).toHaveURL(/against=label/)
  await expect(page.getByRole('table', { name: 'Heads that differ most' }).getByRole('row')).toHaveCount(41)
  const these = page.getByRole('region', { name: `Samples: ${name}` })
  await expect(these.getByRole('link', { name: `${failures} ${name}` })).toBeVisible()
  await expect(these.getByRole('listitem')).toHaveCount(Math.min(12, failures))
  await expect(these.locator('canvas').first()).toBeVisible()
  const others = page.getByRole('region', { name: `Samples: correct ${label}` })
  await expect(others.getByRole('listitem')).toHaveCount(12)
  const masks = page.getByRole('region', { name: 'Difference in localisation' })
  await expect(masks.getByRole('row').nth(1)).toContainText(/0\.\d{3} against 0\.\d{3}d [−+]\d\.\d\d, q /)
  await these.getByRole('listitem').getByRole('link').first().click()
  await expect(page).toHaveTitle(new RegExp(`^${label}/`))
})

test('under a filter, shares are within it, and a comparison asks for the cell alone', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Confusion', exact: true }).click()
  await page.getByRole('textbox', { name: 'Filter' }).fill('label:T-shirt_top,Shirt pred:T-shirt_top,Shirt conf>0.1')
  await page.getByRole('table', { name: 'Top confusions' }).getByRole('link').first().focus()
  const cell = page.getByRole('region', { name: 'Chosen cell' })
  await expect(cell.getByText(/ of what is predicted \S+, within the filter$/)).toBeVisible()
  await cell.getByRole('link', { name: 'Compare with correct ones' }).click()
  await expect(page.getByRole('heading', { name: / taken for \S+ against correct \S+$/ })).toBeVisible()
  expect(new URL(page.url()).searchParams.get('filter')).toMatch(/^conf>0.1 class:[^ ,]+ pred:[^ ,]+$/)
})

test('the matrix by keyboard: cells say what they hold, Enter opens them, Back finds the cell again', async ({
  gallery: page,
}) => {
  await page.getByRole('link', { name: 'Confusion', exact: true }).click()
  await page.getByRole('combobox', { name: 'Order of classes' }).selectOption('model')
  const grid = page.getByRole('grid', { name: 'Confusion matrix' })
  await grid.focus()
  const cell = grid.getByRole('gridcell')
  const before = await cell.getAttribute('aria-label')
  expect(before).toMatch(/^Label .+, prediction .+: \d+ samples, \d+ % of /)
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft')
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowUp')
  await expect(cell).toHaveAccessibleName(/^Label (.+), prediction \1: \d+ samples/)
  const corner = await cell.getAttribute('aria-label')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status')).toHaveText(
    new RegExp(`^${/: (\d+) /.exec(corner ?? '')?.[1]} of 1,000 samples`),
  )
  await page.goBack()
  await expect(cell).toHaveAccessibleName(corner ?? '')
})

test('zoom, order and shares are kept in the address; a filter without samples says so', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Confusion', exact: true }).click()
  const grid = page.getByRole('grid', { name: 'Confusion matrix' })
  await expect(grid).toBeVisible()
  await page.getByRole('button', { name: 'Zoom in' }).click()
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/zoom=/)
  await page.getByText('% of label', { exact: true }).click()
  await expect(page.getByRole('img', { name: /^Colours from 0 to \d+ % of the label’s samples/ })).toBeVisible()
  await page.reload()
  await expect(page).toHaveURL(/share=row/)
  await expect(page).toHaveURL(/zoom=/)
  // Keys are answered once the screen is there again.
  await expect(grid).toBeVisible()
  await page.keyboard.press('0')
  await expect(page).not.toHaveURL(/zoom=/)
  await page.getByRole('textbox', { name: 'Filter' }).fill('path:nowhere')
  await expect(page.getByText('No labelled sample fits this filter')).toBeVisible()
  await page.getByRole('button', { name: 'Show all samples' }).click()
  await page.getByRole('link', { name: 'Make a figure' }).click()
  await expect(page).toHaveTitle(/^Figures/)
})

test('a matrix is drawn anew on a screen of another scale', async ({ gallery: page }) => {
  await page.getByRole('link', { name: 'Confusion' }).click()
  const canvas = page.locator('canvas').first()
  await expect(canvas).toBeVisible()
  /** Pixels drawn a CSS pixel. */
  const density = () =>
    canvas.evaluate((element) => {
      const { width, clientWidth } = element as unknown as { width: number; clientWidth: number }
      return width / clientWidth
    })
  await expect.poll(density).toBeCloseTo(1, 1)
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setDeviceMetricsOverride', {
    width: 1440,
    height: 900,
    deviceScaleFactor: 2,
    mobile: false,
  })
  // Under emulation Chromium asks its media queries again only when a feature of the media changes as well.
  await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-contrast', value: 'more' }] })
  await expect.poll(density).toBeCloseTo(2, 1)
})
