/** Exports from the window: overlays that are paused and cancelled, tables that another program reads, the report. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { parquetReadObjects } from 'hyparquet'
import sharp from 'sharp'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'

test.use({ demoFinished: true })

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Export' })
const newest = (page: Page) => dialog(page).getByRole('list', { name: 'Exports' }).getByRole('listitem').first()

async function show(page: Page, filter: string, count: string) {
  await page.getByRole('textbox', { name: 'Filter' }).fill(filter)
  await expect(page.getByText(count)).toBeVisible()
  await page.keyboard.press('Escape')
}

async function choose(form: Locator, what: string, format: string) {
  await form.getByRole('combobox', { name: 'What' }).selectOption(what)
  await form.getByRole('combobox', { name: 'Format' }).selectOption(format)
}

const start = (page: Page) => dialog(page).getByRole('button', { name: 'Export', exact: true }).click()

test('overlays of a filter are paused, go on behind the gallery, and are cancelled without half a file', async ({
  gallery: page,
  program,
}) => {
  await show(page, 'correct:false', 'of 1,000 samples')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const form = dialog(page)
  await expect(form.getByText(/^\d+ samples of Demo: correct:false$/)).toBeVisible()
  const count = Number(/^\d+/.exec((await form.getByText(/samples of Demo/).textContent()) ?? '')?.[0])
  expect(count).toBeGreaterThan(50)
  await choose(form, 'Overlays', 'PNG pictures')
  await form.getByRole('textbox', { name: 'Longer side, pixels' }).fill('128')
  await form.getByRole('textbox', { name: 'Names of files' }).fill('{label}/{name}')
  await expectAccessible(page, '[role="dialog"]')
  await start(page)
  await newest(page)
    .getByRole('button', { name: /^Pause/ })
    .click()
  await expect(newest(page)).toContainText(`of ${count}`)
  await expect(newest(page)).toContainText('Paused')
  await expectAccessible(page, '[role="dialog"]')
  await form.getByRole('button', { name: 'Close' }).last().click()
  const status = page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: /^Overlays, PNG/ })
  await expect(status).toContainText('Paused at')
  await status.click()
  await newest(page)
    .getByRole('button', { name: /^Go on/ })
    .click()
  await expect(newest(page)).toContainText(`Written: ${count} files`)
  const out = join(program.folder, 'data', 'overlays')
  const index = (await readFile(join(out, 'overlays.csv'), 'utf8')).trim().split('\r\n')
  expect(index).toHaveLength(count + 1)
  const first = index[1]?.split(',')[0] ?? ''
  expect(await sharp(join(out, first)).metadata()).toMatchObject({ format: 'png', width: 128, height: 128 })

  // Many at full size, stopped on the way: what lies there is whole, and the list of all is not written.
  await form.getByRole('button', { name: 'Close' }).last().click()
  await show(page, 'correct:true', '901 of 1,000 samples')
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(form.getByText('901 samples of Demo: correct:true')).toBeVisible()
  await choose(form, 'Overlays', 'PNG pictures')
  await form.getByRole('textbox', { name: 'New folder in it' }).fill('stopped')
  await start(page)
  await expect(newest(page)).toContainText(/[1-9]\d* of 901/)
  await newest(page)
    .getByRole('button', { name: /^Cancel/ })
    .click()
  await expect(newest(page)).toContainText('Cancelled')
  const left = await readdir(join(program.folder, 'data', 'stopped'), { recursive: true, withFileTypes: true })
  const files = left.filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  expect(files.length).toBeLessThan(901)
  for (const { parentPath, name } of files) {
    expect(name).toMatch(/_gmar_l1\.png$/)
    await sharp(join(parentPath, name)).stats()
  }
})

test('a table for a notebook, and a name that is taken', async ({ gallery: page, program }) => {
  await show(page, 'label:Shirt', 'of 1,000 samples')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Command' }).fill('export samples')
  await page
    .getByRole('option', { name: /^Export the samples in view/ })
    .or(page.getByRole('button', { name: /^Export the samples in view/ }))
    .click()
  const form = dialog(page)
  await expect(form.getByText(/samples of Demo: label:Shirt$/)).toBeVisible()
  const count = Number(/^\d+/.exec((await form.getByText(/samples of Demo/).textContent()) ?? '')?.[0])
  await choose(form, 'Predictions', 'Parquet')
  await start(page)
  await expect(newest(page)).toContainText(`Written: ${count} rows`)
  const file = await readFile(join(program.folder, 'data', 'predictions.parquet'))
  const rows = await parquetReadObjects({ file: new Uint8Array(file).buffer, columns: ['label', 'correct'] })
  expect(rows).toHaveLength(count)
  expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(['Shirt']))

  await start(page)
  await expect(form.getByText(/predictions\.parquet is there already/)).toBeVisible()
  await form.getByRole('checkbox', { name: 'Replace a file of this name' }).check()
  await start(page)
  const written = form.getByRole('list', { name: 'Exports' }).getByText(`Written: ${count} rows`)
  await expect(written).toHaveCount(2)
  for (const [format, name, exports] of [
    ['CSV', 'scores.csv', 3],
    ['NPZ (NumPy)', 'scores.npz', 4],
  ] as const) {
    await choose(form, 'Head scores', format)
    await start(page)
    await expect(written).toHaveCount(exports)
    expect((await stat(join(program.folder, 'data', name))).size).toBeGreaterThan(1000)
  }
})

test('the report of a review, from the annotations: one page that loads nothing and prints', async ({
  gallery: page,
  program,
  browser,
}) => {
  await show(page, 'correct:false', 'of 1,000 samples')
  const samples = page.getByRole('grid', { name: 'Samples' })
  await samples.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Add a tag' }).fill('cut <off>')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status', { name: 'Saving' })).toHaveText('Saved')
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Annotations', exact: true }).click()
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: /^Report/ }).click()
  await expect(dialog(page).getByRole('combobox', { name: 'What' })).toHaveValue('report')
  await start(page)
  // Twenty-five pictures, fonts and figures: half a minute where eight other programs run.
  await expect(newest(page)).toContainText('Written', { timeout: 180_000 })
  const out = join(program.folder, 'data', 'report.html')
  const requests: string[] = []
  const reader = await (await browser.newContext()).newPage()
  reader.on('request', (request) => requests.push(request.url()))
  await reader.goto(`file://${out}`)
  await expect(reader.getByRole('article').first()).toContainText('cut <off>')
  await expect(reader.getByRole('article').first().getByRole('img')).toHaveCount(2)
  expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([`file://${out}`])
  await expectAccessible(reader)
  await reader.pdf({ path: join(dirname(out), 'report.pdf'), preferCSSPageSize: true })
  await reader.context().close()
})
