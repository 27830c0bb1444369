import { expect, test } from './fixtures'

/** The part of a canvas that the test reads; tests are typed without the DOM. */
interface Drawing {
  width: number
  height: number
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
  }
}

test.use({ demoFinished: true })

test('samples are grouped, and chosen by mouse and keys', async ({ gallery: page }) => {
  const samples = page.getByRole('grid', { name: 'Samples' })
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('confidence')
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('label')
  // As many as the facet counts, and sorted within the group.
  await expect(samples.getByRole('rowheader', { name: 'Ankle_boot 6' })).toBeVisible()
  const cells = samples.getByRole('gridcell')
  await expect(cells.first()).toHaveAccessibleName(/label Ankle_boot, wrong$/)
  const shares = await cells.evaluateAll((all) =>
    all.slice(0, 5).map((cell) => Number(/, (\d+)/.exec(cell.getAttribute('aria-label') ?? '')?.[1])),
  )
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))

  const chosen = samples.getByRole('gridcell', { selected: true })
  await samples.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  await expect(chosen).toHaveCount(1)
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(chosen).toHaveCount(3)
  await cells.nth(4).click({ modifiers: ['ControlOrMeta'] })
  await expect(chosen).toHaveCount(4)
  await cells.nth(6).click({ modifiers: ['Shift'] })
  await expect(chosen).toHaveCount(6)
  await page.keyboard.press('Escape')
  await expect(chosen).toHaveCount(0)
  await page.keyboard.press('Control+a')
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('99')
})

test('pictures and maps are drawn, and the map is over the picture', async ({ gallery: page }) => {
  const canvas = page.getByRole('grid', { name: 'Samples' }).locator('canvas').first()
  const colours = () =>
    canvas.evaluate((element) => {
      const drawing = element as unknown as Drawing
      const pixels = drawing.getContext('2d').getImageData(0, 0, drawing.width, drawing.height).data
      const found = new Set<number>()
      for (let i = 0; i < pixels.length; i += 64) {
        if (pixels[i + 3]! > 0) found.add((pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!)
      }
      return [...found].sort()
    })
  await expect.poll(async () => (await colours()).length).toBeGreaterThan(200)
  const before = await colours()
  await page.keyboard.press('o')
  await expect(canvas).not.toHaveAttribute('data-method')
  await expect.poll(colours).not.toEqual(before)
  expect((await colours()).length).toBeGreaterThan(200)
})

test('filters are completed, kept, taken apart, and relaxed where nothing fits', async ({ gallery: page }) => {
  const filter = page.getByRole('textbox', { name: 'Filter' })
  const status = page.getByRole('status')
  await page.keyboard.press('/')
  await page.keyboard.type('la')
  await expect(page.getByRole('option', { name: /^label:/ })).toBeVisible()
  // Whoever pauses has the word applied, and may go on with what is offered.
  await expect(page).toHaveURL(/filter=la$/)
  await page.keyboard.press('Tab')
  await page.keyboard.type('ank')
  await page.keyboard.press('Tab')
  await expect(filter).toHaveValue('label:Ankle_boot')
  // Enter applies, and nothing is offered any more until writing goes on; Escape ends it.
  await page.keyboard.press('Enter')
  await expect(status).toHaveText('100 of 1,000 samples')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await expect(filter).toBeFocused()
  await page.keyboard.type(' correct:false conf>0.999')
  await page.keyboard.press('Escape')
  await expect(page.getByText('No sample fits this filter')).toBeVisible()
  await expect(page.getByRole('button', { name: /^without label:Ankle_boot/ })).toBeVisible()
  await page.getByRole('button', { name: 'without conf>0.999 6' }).click()
  await expect(status).toHaveText('6 of 1,000 samples')

  const terms = page.getByRole('list', { name: 'Terms of the filter' })
  await terms.getByRole('button', { name: 'correct:false; turn round' }).click()
  await expect(filter).toHaveValue('label:Ankle_boot -correct:false')
  await expect(status).toHaveText('94 of 1,000 samples')
  await terms.getByRole('button', { name: 'Remove label:Ankle_boot' }).click()
  await expect(status).toHaveText('901 of 1,000 samples')

  await page.getByRole('button', { name: 'Clear the filter' }).click()
  await filter.focus()
  await page.getByRole('option', { name: 'label:Ankle_boot correct:false conf>0.999' }).click()
  await expect(page.getByText('No sample fits this filter')).toBeVisible()
})

test('what is written right behind a taken word stays there, however slowly the window draws', async ({
  gallery: page,
}) => {
  const filter = page.getByRole('textbox', { name: 'Filter' })
  await page.keyboard.press('/')
  await page.keyboard.type('la')
  await expect(page.getByRole('option', { name: /^label:/ })).toBeVisible()
  await page.evaluate('void (window.requestAnimationFrame = (act) => setTimeout(() => act(performance.now()), 500))')
  await page.keyboard.press('Tab')
  await page.keyboard.type('an')
  // Two frames pass before the last key comes up.
  await page.keyboard.down('k')
  await page.evaluate('new Promise((done) => setTimeout(done, 1000))')
  await page.keyboard.up('k')
  await page.keyboard.press('Tab')
  await expect(filter).toHaveValue('label:Ankle_boot')
})

test('chosen samples are tagged at once, and the tag filters and groups', async ({ gallery: page }) => {
  const samples = page.getByRole('grid', { name: 'Samples' })
  const status = page.getByRole('status')
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await expect(status).toHaveText('99 of 1,000 samples')
  await samples.focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Shift+T')
  await page.keyboard.type('failure')
  await page.keyboard.press('Enter')
  const notices = page.getByRole('log', { name: 'Notices' })
  await expect(notices).toContainText('failure')
  // The keys are the grid's again.
  await expect(samples).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(notices.getByText(/^Undone: Tagged 99 samples/)).toBeVisible()
  await page.keyboard.press('Shift+T')
  await expect(page.getByRole('combobox', { name: 'Tag' })).toBeFocused()
  await page.keyboard.press('Control+y')
  await expect(notices.getByText(/^Done again: Tagged 99 samples/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await expect(samples).toBeFocused()
  await expect(page.getByText('99 chosen')).toBeVisible()
  await page.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Clear' }).click()
  await page.keyboard.press('Home')
  await page.keyboard.press('Space')
  await expect(page.getByText('1 chosen')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Filter' }).fill('tag:failure')
  await expect(status).toHaveText('99 of 1,000 samples')
  await expect(samples.getByRole('gridcell', { name: /, wrong; tagged failure$/ }).first()).toBeVisible()
  await page.getByRole('textbox', { name: 'Filter' }).fill('label:Shirt')
  await expect(status).toHaveText('100 of 1,000 samples')
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('tag')
  await expect(samples.getByRole('rowheader', { name: 'failure 24' })).toBeVisible()
})

test('walking fast, what is written and what stands around the picture are of the sample that is shown', async ({
  gallery: page,
}) => {
  await page.getByRole('grid', { name: 'Samples' }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const path = page.getByRole('heading', { level: 1 })
  const note = page.getByRole('textbox', { name: 'Note' })
  await expect(note).toBeVisible()
  const place = page.getByText(/^\d+ of 1,000$/)
  const [from, start, at] = [page.url(), await path.innerText(), parseInt(await place.innerText())]
  for (let step = 0; step < 5; step++) await page.keyboard.press('ArrowRight')
  await expect(place).toHaveText(`${at + 5} of 1,000`)
  // The field is there at once; it takes words when the sample's own note is known.
  await page.keyboard.press('n')
  await expect(note).toBeFocused()
  await expect(note).toBeEditable()
  await page.keyboard.type('seen in passing')
  const shown = await path.innerText()
  expect(shown).not.toBe(start)
  // The address follows once the walk pauses.
  await expect(page).not.toHaveURL(from)
  const address = page.url()
  await expect(page.getByRole('region', { name: 'Sample', exact: true })).toContainText(shown)
  await expect(page.locator('[data-behind=true]')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowLeft')
  await expect(note).toHaveValue('')
  await page.keyboard.press('ArrowRight')
  await expect(note).toHaveValue('seen in passing')
  await expect(page).toHaveURL(address)
  await expect(page).toHaveTitle(new RegExp(`^${shown}`))
  await page.reload()
  await expect(path).toHaveText(shown)
  await expect(note).toHaveValue('seen in passing')
})
