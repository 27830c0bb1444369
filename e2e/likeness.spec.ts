/** Why two pictures are alike: asked on a sample's page and in a comparison, of another sample and of a group. */
import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { demo, openProgram, runHeadlight } from './program'

/** Gives `image_embeds`, and no classes. */
const MODEL = resolve('packages/explain/src/explain/fixtures/features/clip/model.onnx')

test('a sample is compared with another one, and with the mean of a label’s', async ({ page, program }) => {
  const { folder } = program
  const [pictures, project] = [join(folder, 'pictures'), join(folder, 'likeness.headlight')]
  for (const label of ['Bag', 'Coat']) await cp(join(demo.images, label), join(pictures, label), { recursive: true })
  const asked = ['--output', 'image_embeds', '--methods', 'gmar_l1,rollout', '--provider', 'cpu']
  const data = ['--data', pictures, '--limit', '12', '--project', project]
  await runHeadlight(['run', '--model', MODEL, ...data, ...asked], folder)

  const opened = await openProgram(project)
  try {
    await page.goto(opened.url)
    await page.getByRole('gridcell').first().click({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Why is it like another picture?' }).click()
    await expect(page.getByText('No second picture yet')).toBeVisible()
    const others = page.getByRole('button', { name: /^Compare with / })
    await expect(others).toHaveCount(11)
    await others.nth(2).click()
    const answer = page.getByRole('status', { name: 'Likeness' })
    await expect(answer).toContainText(/cosine −?[01]\.\d{3}/, { timeout: 60_000 })
    await expect(answer).toContainText('image_embeds')
    const bars = page.getByRole('img', { name: /^GMAR \(L1\), .* colours from/ })
    await expect(bars).toHaveCount(2)
    await expectAccessible(page)
    const cosine = await answer.textContent()

    await page.getByRole('combobox', { name: 'Method' }).selectOption('rollout')
    await expect(page.getByRole('img', { name: /^Attention rollout, .* colours from/ })).toHaveCount(2)
    await expect(answer).toHaveText(cosine!)

    await page.getByText('Mean of a group').click()
    await page.getByRole('combobox', { name: 'Samples of a label' }).selectOption('Coat')
    await expect(answer).toContainText(/mean direction of \d+ other pictures/, { timeout: 60_000 })
    await expect(page.getByText(/A mean has no map of its own/)).toBeVisible()
    await expect(page.getByRole('img', { name: /^Attention rollout, .* colours from/ })).toHaveCount(1)
    await expectAccessible(page)

    // Two pinned samples of one run lead there as well.
    await page.goto(new URL('/runs/1/compare?panes=1.1.gmar_l1+2.1.gmar_l1', page.url()).href)
    await page.getByRole('link', { name: 'Explain likeness' }).click()
    await expect(answer).toContainText(/cosine/, { timeout: 60_000 })
  } finally {
    await opened.stop()
  }
})

test('a run of likeness to the images of a label, and to a picture, is begun in the form', async ({
  start: page,
  program,
}) => {
  const { folder } = program
  const [pictures, model] = [join(folder, 'pictures'), join(folder, 'model.onnx')]
  await cp(MODEL, model)
  for (const label of ['Bag', 'Coat']) await cp(join(demo.images, label), join(pictures, label), { recursive: true })
  const form = new URLSearchParams({ model, data: pictures })
  await page.goto(`${new URL(program.url).origin}/new?${form}`)
  const likeness = page.getByRole('group', { name: 'Likeness' })
  const report = page.getByRole('region', { name: 'Model', exact: true })
  await likeness.getByRole('combobox', { name: 'Like the images of a label' }).selectOption('Coat')
  await expect(report.getByText(/mean direction of the features of 100 pictures of the label Coat/)).toBeVisible({
    timeout: 60_000,
  })
  await expect(page.getByText('The run explains the likeness of each image.')).toBeVisible()
  await expectAccessible(page)

  await likeness.getByRole('button', { name: 'Choose a picture to compare with' }).click()
  const picker = page.getByRole('dialog', { name: 'Choose a picture to compare with' })
  await picker.getByRole('button', { name: /^Bag/ }).click()
  await picker
    .getByRole('button', { name: /^\d+\.jpg/ })
    .first()
    .click()
  await expect(report.getByText(/cosine with the features of \d+\.jpg/)).toBeVisible({ timeout: 60_000 })
  await page.getByRole('textbox', { name: 'Project folder' }).fill(join(folder, 'alike.headlight'))
  await page.getByPlaceholder('All images').fill('4')
  const start = page.getByRole('button', { name: 'Create the project and run' })
  await expect(start).toBeEnabled({ timeout: 60_000 })
  await start.click()
  await expect(page.getByRole('gridcell').first()).toBeVisible({ timeout: 150_000 })
  await page.getByRole('link', { name: 'Runs', exact: true }).click({ timeout: 150_000 })
  const run = page.getByRole('article', { name: /^Run model on pictures \(like \d+\.jpg\)/ })
  await expect(run.getByText(/4 of 4 images/)).toBeVisible({ timeout: 60_000 })
  // A run like it explains the likeness again.
  await run.getByRole('link', { name: /like this/ }).click()
  await expect(page.getByText('The run explains the number of each image.')).toBeVisible({ timeout: 60_000 })
})
