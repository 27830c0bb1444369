/** A detector: the query that is explained and its box, wherever its samples are shown. */
import { cp, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { demo, openProgram, runHeadlight } from './program'

const MODEL = resolve('packages/explain/src/explain/fixtures/dense/scenes/detector/model.onnx')

test('boxes are drawn on the sample, in the gallery, beside each other and in figures, and can be switched off', async ({
  page,
  program,
}) => {
  const { folder } = program
  const [pictures, project] = [join(folder, 'pictures'), join(folder, 'detector.headlight')]
  await cp(join(demo.images, 'Bag'), join(pictures, 'Bag'), { recursive: true })
  const run = ['run', '--model', MODEL, '--data', pictures, '--limit', '6', '--project', project, '--provider', 'cpu']
  await runHeadlight(run, folder)
  const overlays = join(folder, 'overlays')
  const exported = [
    'export',
    '--project',
    project,
    '--what',
    'overlays',
    '--format',
    'png',
    '--size',
    '112',
    '--out',
    overlays,
  ]
  await runHeadlight(exported, folder)
  expect(await readFile(join(overlays, 'overlays.csv'), 'utf8')).toContain('query,box_x1,box_y1,box_x2,box_y2')

  const opened = await openProgram(project)
  try {
    await page.goto(opened.url)
    const tile = page.getByRole('gridcell').first()
    await expect(tile).toBeVisible({ timeout: 60_000 })
    const painted = () =>
      page
        .locator('canvas[data-method]')
        .first()
        .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())
    await expect(async () => expect(await painted()).toBe(await painted())).toPass()
    const withBoxes = await painted()
    await page.getByRole('switch', { name: 'Box' }).click()
    await expect.poll(painted).not.toBe(withBoxes)
    await page.getByRole('switch', { name: 'Box' }).click()
    await tile.click()

    const stage = page.getByRole('region', { name: 'Picture' })
    const box = stage.getByTestId('detection-box')
    await expect(box).toContainText(/, query \d/)
    const query = await box.getAttribute('data-query')
    await expect(page.getByText(`at query ${query}`)).toBeVisible()
    await expectAccessible(page)
    // Another class has another query, or at least words of its own.
    const other = page.getByRole('button', { name: /^Explain/ }).nth(1)
    const name = /Explain\s*(.*?)\s*(label)?\s*[\d.<]+ %/.exec((await other.textContent()) ?? '')?.[1] ?? ''
    await other.click()
    await expect(box).toContainText(`${name}, query`)
    await page.getByRole('switch', { name: 'Box' }).click()
    await expect(box).toHaveCount(0)

    const [id] = /\d+(?=\?|$)/.exec(page.url()) ?? []
    await page.goto(`${new URL(page.url()).origin}/runs/1/compare?show=grid&samples=${id}`)
    await expect(page.getByTestId('detection-box')).toHaveCount(5)

    await page.getByRole('link', { name: 'Figures', exact: true }).click()
    await page.getByRole('button', { name: /^Samples by method/ }).click()
    await expect(page.getByRole('img', { name: 'Figure Samples by method' })).toBeVisible({ timeout: 60_000 })
    const boxes = page.getByRole('switch', { name: 'Boxes of explained queries' })
    await expect(boxes).toBeChecked()
    await boxes.click()
    await expect(page).toHaveURL(/boxes%22%3Afalse|boxes.*false/)
  } finally {
    await opened.stop()
  }
})
