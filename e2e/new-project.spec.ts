import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './fixtures'
import { plainNetwork } from './plain-network'
import { demo } from './program'

test('a new project from a model file and a folder', async ({ start: page, program }) => {
  // Two classes, a few dozen images: enough for a run, and for a report.
  const images = join(program.folder, 'pictures')
  for (const name of ['Bag', 'Trouser']) await cp(join(demo.images, name), join(images, name), { recursive: true })
  await cp(demo.model, join(program.folder, 'vit.onnx'))
  await cp(join(demo.model, '..', 'config.json'), join(program.folder, 'config.json'))

  await page.getByRole('link', { name: 'New project' }).click()
  await expect(page).toHaveTitle(/^New project/)
  await expect(page.getByRole('button', { name: 'Create the project and run' })).toBeDisabled()

  // The picker begins in the home folder, which is this test's own.
  await page.getByRole('button', { name: 'Choose a model' }).click()
  const picker = page.getByRole('dialog', { name: 'Choose a model' })
  await expect(picker.getByRole('textbox', { name: 'Path' })).toHaveValue(program.folder)
  await picker.getByRole('button', { name: /^vit\.onnx/ }).click()
  const model = page.getByRole('region', { name: 'Model' })
  await expect(model.getByText('Supported: 8 layers of 5 heads')).toBeVisible({ timeout: 60_000 })
  await expect(model.getByText('14 × 14')).toBeVisible()
  await expect(model.getByText(/^Passed in float(32|64), 40 heads checked/)).toBeVisible({ timeout: 120_000 })

  await page.getByRole('button', { name: 'Choose a folder' }).click()
  const folders = page.getByRole('dialog', { name: 'Choose a folder of images' })
  await folders.getByRole('button', { name: 'pictures' }).click()
  await expect(folders.getByRole('button', { name: 'Bag' })).toBeVisible()
  await folders.getByRole('button', { name: 'Use this folder' }).click()
  const report = page.getByRole('region', { name: 'Images' })
  await expect(report.getByText('200', { exact: true })).toBeVisible({ timeout: 60_000 })
  await expect(report.getByRole('listitem').filter({ hasText: 'Trouser' })).toContainText('100')

  // A reload keeps what was chosen.
  await page.reload()
  await expect(report.getByText('200', { exact: true })).toBeVisible({ timeout: 60_000 })

  await page.getByRole('textbox', { name: 'Limit' }).fill('20')
  await page.getByRole('checkbox', { name: 'Attention Grad-CAM' }).check()
  await page.getByRole('textbox', { name: 'Name of the run' }).fill('A first look')
  await page.getByRole('button', { name: 'Create the project and run' }).click()

  await expect(page.getByRole('status')).toHaveText('20 samples', { timeout: 60_000 })
  await expect(page.getByRole('combobox', { name: 'Method' })).toContainText('Attention Grad-CAM')
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const run = page.getByRole('article', { name: 'Run A first look' })
  await expect(run.getByText('Finished', { exact: true })).toBeVisible({ timeout: 120_000 })

  // It is listed on the start screen, and opens from there.
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  await page.getByRole('button', { name: /^vit-pictures/ }).click()
  await expect(page.getByRole('status')).toHaveText('20 samples')
})

test('a model that is not supported is refused with its reason', async ({ start: page, program }) => {
  await mkdir(join(program.folder, 'models'))
  await writeFile(join(program.folder, 'models', 'plain.onnx'), plainNetwork())
  await writeFile(join(program.folder, 'models', 'notes.onnx'), 'This is no model.')
  const picker = page.getByRole('dialog', { name: 'Choose a model' })
  const report = page.getByRole('region', { name: 'Model' }).getByRole('alert')
  const start = page.getByRole('button', { name: 'Create the project and run' })

  await page.getByRole('link', { name: 'New project' }).click()
  await page.getByRole('button', { name: 'Choose a model' }).click()
  await picker.getByRole('textbox', { name: 'Path' }).fill(join(program.folder, 'models'))
  await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
  await picker.getByRole('button', { name: /^plain\.onnx/ }).click()
  await expect(report).toContainText('Not supported', { timeout: 60_000 })
  await expect(report).toContainText(/No attention/)
  await expect(start).toBeDisabled()

  await page.getByRole('button', { name: 'Choose another' }).click()
  await picker.getByRole('button', { name: /^notes\.onnx/ }).click()
  await expect(report).toContainText(/notes\.onnx/, { timeout: 60_000 })
  await expect(start).toBeDisabled()
})
