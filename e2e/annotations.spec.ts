/** Annotating failures as a reviewer would: by keyboard, over a restart, undone, merged with another's, in triage. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { startProgram } from './program'

// One test ends the program under its window, which browsers report themselves.
test.use({ demoFinished: true, expectedErrors: ['WebSocket connection'] })

const chip = (page: Page, name: RegExp) => page.getByRole('group', { name: 'Tags' }).getByRole('button', { name })
const saved = (page: Page) => page.getByRole('status', { name: 'Saving' })

async function openFirstFailure(page: Page) {
  await page.getByRole('textbox', { name: 'Filter' }).fill('correct:false label:Shirt')
  await expect(page.getByText('24 of 1,000 samples')).toBeVisible()
  await page.keyboard.press('Escape')
  const samples = page.getByRole('grid', { name: 'Samples' })
  await samples.focus()
  await page.keyboard.press('ArrowRight')
  await expect(samples).toHaveAttribute('aria-activedescendant', /^sample-/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Annotations' })).toBeVisible()
}

test('ten failures tagged by keyboard, a note and a rectangle are there after a restart', async ({
  gallery: page,
  program,
}) => {
  await openFirstFailure(page)
  await page.getByRole('combobox', { name: 'Add a tag' }).fill('sleeves cut off')
  await page.keyboard.press('Enter')
  await expect(chip(page, /^sleeves cut off/)).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Escape')
  for (let i = 0; i < 9; i++) {
    await page.keyboard.press('ArrowRight')
    await expect(page.getByText(`${i + 2} of 24`)).toBeVisible()
    await expect(chip(page, /^sleeves cut off/)).toHaveAttribute('aria-pressed', 'false')
    await page.keyboard.press('1')
    await expect(chip(page, /^sleeves cut off/)).toHaveAttribute('aria-pressed', 'true')
  }
  await page.keyboard.press('n')
  await page.keyboard.type('Looks like a T-shirt.')
  // Left at once: what was typed is saved behind the back of the next screen.
  await page.keyboard.press('Escape')
  const address = page.url()
  await page.keyboard.press('r')
  const picture = page.getByRole('img', { name: /^Shirt\//, exact: false })
  const box = await picture.boundingBox()
  if (!box) throw new Error('The picture is not there.')
  await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.25)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height * 0.5, { steps: 4 })
  await page.mouse.up()
  await page.getByRole('textbox', { name: 'Name of Rectangle' }).fill('collar')
  await page.keyboard.press('Enter')
  await page.keyboard.press('v')
  await page.getByRole('option', { name: 'ambiguous' }).click()
  await expect(saved(page)).toHaveText('Saved')

  await program.end()
  const again = await startProgram(undefined, program.folder)
  try {
    await page.goto(again.url)
    await page.getByRole('button', { name: 'Open the demo' }).click()
    await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible()
    await page.goto(new URL(new URL(address).pathname + new URL(address).search, again.url).href)
    await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Looks like a T-shirt.')
    await expect(page.getByRole('textbox', { name: 'Name of collar' })).toHaveValue('collar')
    await expect(page.getByRole('combobox', { name: 'Verdict' })).toHaveValue('ambiguous')

    await page.getByRole('link', { name: 'Annotations', exact: true }).click()
    await expect(page.getByText('10 annotated samples')).toBeVisible()
    await expect(page.getByRole('row', { name: /sleeves cut off ambiguous Looks like a T-shirt/ })).toBeVisible()
    await page.keyboard.press('Control+z')
    const undone = page.getByRole('log', { name: 'Notices' }).getByText(/^Undone: Judged Shirt.\d+\.jpg “ambiguous”\./)
    await expect(undone).toBeVisible()
    await expect(undone.getByRole('link', { name: 'Show it' })).toHaveAttribute('href', new URL(address).pathname)
    await expect(page.getByRole('row', { name: /ambiguous/ })).toHaveCount(0)
    await page.keyboard.press('Control+Shift+z')
    await expect(page.getByRole('row', { name: /ambiguous/ })).toBeVisible()
  } finally {
    await again.end()
  }
})

test('regions are drawn, named and removed by keys alone', async ({ gallery: page }) => {
  await openFirstFailure(page)
  const regions = page.getByRole('list', { name: 'Regions' })
  const press = async (keys: string) => {
    for (const key of keys.split(' ')) await page.keyboard.press(key === '·' ? 'Space' : key)
  }
  await press('p')
  await expect(page.getByRole('button', { name: 'Polygon' })).toHaveAttribute('aria-pressed', 'true')
  await press('ArrowUp')
  await expect(page.getByText('x 56, y 52.5 of 112 × 112; corners set: 0')).toBeAttached()
  await press('· ArrowRight ArrowRight · ArrowDown Shift+ArrowDown · Enter')
  await expect(regions.getByRole('textbox', { name: 'Name of Polygon' })).toBeVisible()
  await expect(page.locator('polygon').last()).toHaveAttribute('points', '56,52.5 63,52.5 63,57')
  await press('r · ArrowDown ArrowRight Enter')
  await expect(regions.getByRole('listitem')).toHaveCount(2)
  await expect(page.locator('polygon').last()).toHaveAttribute('points', '56,56 59.5,56 59.5,59.5 56,59.5')
  // The newest one is chosen. Escape puts a tool down and draws nothing.
  await press('p · ArrowRight · Escape Delete')
  await expect(regions.getByRole('listitem')).toHaveCount(1)
  await press('Control+z')
  await expect(regions.getByRole('listitem')).toHaveCount(2)
  await expect(saved(page)).toHaveText('Saved')
})

test('a digit that no tag has asks for a name and tags, in the gallery, with a sample and in triage', async ({
  gallery: page,
}) => {
  const naming = page.getByRole('dialog', { name: /^No tag has the key/ })
  await page.getByRole('grid', { name: 'Samples' }).focus()
  for (const key of ['ArrowRight', 'Shift+ArrowRight', '7']) await page.keyboard.press(key)
  await expect(naming).toContainText('2 samples')
  await expect(naming.locator('input')).toBeFocused()
  await page.keyboard.type('ankle')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Tagged 2 samples \(Ankle_boot.00000\.jpg and 1 more\) “ankle”/)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+z')
  await page.getByRole('link', { name: 'Show them' }).click()
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(2)
  await page.keyboard.press('Escape')

  await page.getByRole('grid', { name: 'Samples' }).press('Enter')
  await expect(chip(page, /^ankle 7/)).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('2')
  await expect(naming).toContainText('this sample')
  await page.keyboard.type('heel')
  await page.keyboard.press('Enter')
  await expect(chip(page, /^heel 2/)).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Escape')

  await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible()
  await page.keyboard.press('t')
  await expect(page.getByRole('region', { name: 'Triage' })).toBeVisible()
  await page.keyboard.press('3')
  await expect(naming).toContainText('this sample')
  await page.keyboard.press('Escape')
  await expect(naming).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Triage' })).toBeVisible()
})

test('the lists of tags and verdicts are edited by keys, and samples follow', async ({ gallery: page }) => {
  await openFirstFailure(page)
  await page.keyboard.press('v')
  await page.getByRole('option', { name: 'ambiguous' }).click()
  await expect(saved(page)).toHaveText('Saved')
  await page.getByRole('link', { name: 'Annotations', exact: true }).click()
  await page.getByRole('link', { name: /^Shirt/ }).focus()
  await page.keyboard.press('b')
  await expect(page.getByText(/^Pinned GMAR \(L1\) of Shirt.\d+\.jpg\./)).toBeVisible()
  await page.getByText('Tags and verdicts', { exact: true }).click()
  const verdicts = page.getByRole('region', { name: 'Verdicts' })
  await verdicts.getByRole('textbox', { name: 'Name of ambiguous' }).focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('could be either')
  await verdicts.getByRole('button', { name: 'Add a verdict' }).press('Enter')
  await expect(verdicts.getByRole('textbox', { name: 'Name of the new verdict' })).toBeFocused()
  await page.keyboard.type('too dark')
  await verdicts.getByRole('button', { name: 'Remove label error' }).press('Space')
  await verdicts.getByRole('button', { name: /^Save/ }).press('Enter')
  await expect(verdicts.getByRole('button', { name: /^Save/ })).toHaveCount(0)

  await page.getByText('Samples', { exact: true }).click()
  await expect(page.getByRole('row', { name: /could be either/ })).toBeVisible()
  await page.reload()
  await page.getByText('Tags and verdicts', { exact: true }).click()
  const names = verdicts.getByRole('listitem').getByRole('textbox', { name: /^Name/ })
  await expect(names.last()).toHaveValue('too dark')
  await expect(names).toHaveCount(5)
  await expect(verdicts.getByRole('textbox', { name: 'Name of label error' })).toHaveCount(0)
})

test('another reviewer’s file shows where the two judge differently, and the conflict is settled', async ({
  gallery: page,
}) => {
  await openFirstFailure(page)
  const path = await page.getByRole('heading', { level: 1 }).textContent()
  await page.keyboard.press('v')
  await page.getByRole('option', { name: 'label error' }).click()
  await expect(saved(page)).toHaveText('Saved')
  await page.getByRole('link', { name: 'Annotations', exact: true }).click()
  const theirs = `sample,kind,text,reviewer\n${path},verdict,fine,ben\n${path},note,I see a shirt.,ben\nnowhere.jpg,tag,x,ben\n`
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: 'ben.csv', mimeType: 'text/csv', buffer: Buffer.from(theirs) })
  const report = page.getByRole('dialog', { name: 'Imported ben.csv' })
  await expect(report).toContainText('2 added')
  await expect(report).toContainText('1 of samples that this project does not have: nowhere.jpg')
  await page.keyboard.press('Escape')
  await page.getByText('Conflicts (1)').click()
  await expect(page.getByRole('list', { name: 'Conflicts' })).toContainText('ben: fine')
  await expect(page.getByRole('row', { name: /^ben, .+ 1 0 \(0 %\) 0\.00$/ })).toBeVisible()
  await page.getByRole('combobox', { name: /^Settle/ }).click()
  await page.getByRole('option', { name: 'fine' }).click()
  await expect(page.getByText(/^settled by/)).toBeVisible()
  await page.getByText('Tags and verdicts', { exact: true }).click()
  await expect(page.getByRole('list', { name: 'Verdicts' })).toBeVisible()
})

test('triage goes through a result by keyboard and comes back to its place', async ({ gallery: page }) => {
  await page.getByRole('textbox', { name: 'Filter' }).fill('correct:false label:Coat verdict:fine,ambiguous')
  await page.getByRole('textbox', { name: 'Filter' }).fill('correct:false label:Coat annotated:false')
  await expect(page.getByText('11 of 1,000 samples')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Method' }).selectOption('chefer')
  await page.getByRole('grid', { name: 'Samples' }).focus()
  await page.keyboard.press('t')
  await expect(page).toHaveURL(/triage\?.*method=chefer/)
  const position = page.getByRole('status', { name: 'Position' })
  await expect(position).toHaveText('1 of 11')
  await page.keyboard.press('a')
  await expect(position).toHaveText('2 of 11')
  await page.keyboard.press('s')
  await expect(position).toHaveText('3 of 11')
  await page.keyboard.press('Space')
  await expect(position).toHaveText('4 of 11')
  await expect(saved(page)).toHaveText('Saved')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('button', { name: /^ambiguous/ })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('complementary', { name: 'Annotations' })).toContainText(/Runner-up\s*\w+\s*\d+ %/)
  for (let at = 3; at <= 11; at++) {
    await page.keyboard.press('Space')
    await expect(position).toHaveText(`${at} of 11`)
  }
  // After the last one: what it came to, and the way to each group.
  await page.keyboard.press('Space')
  await expect(page.getByRole('heading', { name: '2 of 11 samples have a verdict' })).toBeFocused()
  const groups = page.getByRole('list', { name: 'Verdicts' })
  await expect(groups.getByRole('link', { name: 'No verdict 9' })).toBeVisible()
  await groups.getByRole('link', { name: 'ambiguous 1' }).press('Enter')
  await expect(page.getByText('1 chosen')).toBeVisible()
  await expect(page.getByText('1 of 1,000 samples')).toBeVisible()
  await page.goBack()
  // Escape closes the dialog and nothing below it.
  await page.getByRole('button', { name: 'Export' }).press('Enter')
  await expect(page.getByRole('dialog', { name: 'Export' })).toContainText('11 samples')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('ArrowLeft')
  await expect(position).toHaveText('11 of 11')
  await page.keyboard.press('Escape')
  await expect(page.getByText('9 of 1,000 samples')).toBeVisible()
  await expect(page).toHaveURL(/gallery\?.*method=chefer/)
})
