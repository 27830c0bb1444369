/** A segmentation: a class over its own mask, and over the dataset's. */
import { cp, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { demo, openProgram, runHeadlight } from './program'

const MODEL = resolve('packages/explain/src/explain/fixtures/dense/scenes/segmenter/model.onnx')

test('the class that is explained can be asked over the mask of the dataset', async ({ page, program }) => {
  const { folder } = program
  const [pictures, masks, project] = ['pictures', 'masks', 's.headlight'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await cp(join(demo.images, 'Bag'), join(pictures, 'Bag'), { recursive: true })
  await cp(join(demo.masks, 'Bag'), join(masks, 'Bag'), { recursive: true })
  await writeFile(join(pictures, 'Bag/00031.jpg'), 'no picture')
  const data = ['--data', pictures, '--masks', masks, '--limit', '3', '--project', project]
  await runHeadlight(['run', '--model', MODEL, ...data, '--target', 'mask:background', '--provider', 'cpu'], folder)
  const opened = await openProgram(project)
  try {
    await page.goto(opened.url)
    await page.getByRole('gridcell').first().click({ timeout: 60_000 })
    const panel = page.getByRole('region', { name: 'Predictions' })
    await expect(panel.getByText('Maps explain the logit of background over its own mask')).toBeVisible()
    await panel.getByRole('combobox', { name: 'Target' }).click()
    await page.getByRole('option', { name: "background over the dataset's mask" }).click()
    await expect(panel.getByText('Maps explain the logit of background over the dataset’s mask')).toBeVisible({
      timeout: 60_000,
    })
    await expect(page).toHaveURL(/target=truth/)
    await expect(page.getByTestId('legend')).toContainText("background over the dataset's mask")
    await expectAccessible(page)
    // A region that is drawn is explained for the class that is shown, and for others after it.
    await page.getByRole('button', { name: 'Rectangle' }).click()
    for (const key of [
      'ArrowLeft',
      'ArrowUp',
      'Space',
      'ArrowRight',
      'ArrowRight',
      'ArrowDown',
      'ArrowDown',
      'Space',
    ]) {
      await page.keyboard.press(key)
    }
    await page.getByRole('button', { name: 'Explain the class over Rectangle' }).click()
    await expect(panel.getByText('Maps explain the logit of background over the region that was drawn')).toBeVisible({
      timeout: 60_000,
    })
    await expect(page).toHaveURL(/target=region_10_/)
    await panel.getByRole('combobox', { name: 'Target' }).click()
    await page.getByRole('option', { name: /^Bag/ }).click()
    await expect(panel.getByText('Maps explain the logit of Bag over the region that was drawn')).toBeVisible({
      timeout: 60_000,
    })
    await expect(page.getByTestId('legend')).toContainText('Bag over a drawn region')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Delete Rectangle' }).click()
    await page.reload()
    await expect(page.getByText('This region is not drawn on the image').first()).toBeVisible()
    await page.goto(new URL(page.url().replace(/target=region[^&]*/, 'target=truth_10'), page.url()).href)
    // What cannot be read is not waited for, whatever is asked of it.
    await page.getByRole('button', { name: 'Next sample' }).click()
    await page.getByRole('button', { name: 'Next sample' }).click()
    await expect(page.getByText('00031.jpg is not an image that can be read')).toBeVisible()
    await expect(page).toHaveURL(/target=truth/)
    await expect(page.getByRole('img', { name: /^Computing/ })).toHaveCount(0)
    await expect(page.getByText('No head scores for this target')).toBeVisible()
  } finally {
    await opened.stop()
  }
})
