/** A dataset with splits, masks and a label that no class is meant by; its runs renamed, deleted, lost and given back. */
import { cp, mkdir, readdir, rm, truncate } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from '@playwright/test'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { demo, runHeadlight } from './program'

/** Small, with numbers for classes. */
const MODEL = resolve('models/zoo/timm_vit_op14/model.onnx')
/** Folders of classes 1 and 8, and one of no class. */
const LABELS: [label: string, source: string][] = [
  ['1', 'Trouser'],
  ['8', 'Bag'],
  ['hat', 'Sneaker'],
]

test('labels without a class, splits and masks are in view; runs change and come back', async ({
  start: page,
  program,
}) => {
  const project = join(program.folder, 'Small.headlight')
  const data = await smallDataset(program.folder)
  const run = (name: string, ...more: string[]) =>
    runHeadlight(['run', '--model', MODEL, ...data, '--project', project, '--name', name, ...more], program.folder)
  await run('First')
  await run('Second', '--target', 'predicted-runner-up')
  const lost = join(program.folder, 'Lost.headlight')
  await cp(project, lost, { recursive: true })
  for (const name of await readdir(lost)) if (name.startsWith('review')) await rm(join(lost, name), { recursive: true })

  await test.step('labels of the dataset and splits are facets, groups and terms', async () => {
    await open(page, project)
    const filters = page.getByRole('complementary', { name: 'Filters' })
    await expect(filters.getByRole('button', { name: /^train\s*12$/ })).toBeVisible()
    await filters.getByRole('button', { name: /^hat\s*6$/ }).click()
    await expect(page.getByRole('status')).toHaveText(/^6 of 18/)
    await filters.getByRole('button', { name: /^val\s*2$/ }).click()
    await expect(page.getByRole('status')).toHaveText(/^2 of 18/)
    await expect(page.getByRole('textbox', { name: 'Filter' })).toHaveValue('label:hat split:val')
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('By label')
    await expect(page.getByRole('grid', { name: 'Samples' })).toContainText('hat')
  })

  await test.step('a sample says how its map agrees with the mask, and stays when another run is chosen', async () => {
    await page.getByRole('gridcell').first().dblclick()
    await expect(page).toHaveTitle(/^val\/hat\//)
    const title = await page.title()
    await expect(page.getByText(/^pointing [01], energy 0\.\d+, IoU 0\.\d+ \(binary mask/)).toBeVisible()
    const sample = new URL(page.url()).pathname.replace(/^\/runs\/\d+/, '')
    const shown = page.getByRole('button', { name: /^Run: / })
    const other = (await shown.innerText()).includes('First') ? 'Second' : 'First'
    await shown.click()
    await page.getByRole('menuitem', { name: new RegExp(`^${other}`) }).click()
    await expect(shown).toContainText(other)
    expect(new URL(page.url()).pathname.replace(/^\/runs\/\d+/, '')).toBe(sample)
    expect((await page.title()).split(' ')[0]).toBe(title.split(' ')[0])
    await expectAccessible(page)
  })

  await test.step('a label without a class is a row of the matrix, by keys too, and counts neither as right nor as wrong', async () => {
    await page.getByRole('link', { name: 'Confusion', exact: true }).click()
    await page.getByRole('textbox', { name: 'Filter' }).fill('')
    await expect(page.getByRole('status').first()).toHaveText(/^\d+ of 12 right, /)
    const matrix = page.getByRole('region', { name: 'Matrix' })
    await expect(matrix).toContainText(
      '6 samples have a label without a class: below the rule, neither right nor wrong.',
    )
    await expectAccessible(page)
    await matrix.getByRole('grid').focus()
    for (const key of ['ArrowDown', 'ArrowLeft']) for (let i = 0; i < 12; i++) await page.keyboard.press(key)
    const cell = matrix.getByRole('gridcell')
    await expect(cell).toHaveAccessibleName(/^Label hat \(no class\), prediction /)
    const count = async () => Number(/: (\d+) sample/.exec((await cell.getAttribute('aria-label')) ?? '')?.[1])
    while ((await count()) === 0) await page.keyboard.press('ArrowRight')
    const samples = await count()
    await expect(page.getByRole('region', { name: 'Chosen cell' })).toContainText('the label has no class')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/filter=label%3Ahat\+pred%3A/)
    await expect(page.getByRole('status')).toHaveText(new RegExp(`^${samples} of 18 sample`))
    await page.goBack()
    await expect(cell).toHaveAccessibleName(new RegExp(`^Label hat \\(no class\\), .*: ${samples} sample`))
    await page.getByRole('textbox', { name: 'Filter' }).fill('label:hat')
    await expect(page.getByRole('link', { name: 'Match labels in Runs' })).toBeVisible()
    await expect(page.getByRole('grid', { name: 'Confusion matrix' })).toHaveAttribute('aria-rowcount', '1')
    await page.getByRole('link', { name: 'Make a figure' }).click()
    await expect(page.getByRole('img', { name: 'Figure Confusion matrix' })).toBeVisible()
  })

  await test.step('a run is renamed, deleted, and brought back', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const second = page.getByRole('article', { name: 'Run Second' })
    await expect(second.getByRole('listitem').filter({ hasText: /^decode: / })).toBeVisible()
    await expect(second.getByRole('listitem').filter({ hasText: /^resize: height 32, width 32/ })).toBeVisible()
    await page.getByRole('button', { name: 'More for First' }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Baseline')
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
    const first = page.getByRole('article', { name: 'Run Baseline' })
    await expect(first).toBeVisible()
    await page.getByRole('button', { name: 'More for Baseline' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await expect(page.getByRole('dialog')).toContainText('“Baseline” has results of 18 images.')
    await expectAccessible(page, '[role="dialog"]')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await expect(first).toHaveCount(0)
    await page.getByRole('log', { name: 'Notices' }).getByRole('button', { name: 'Undo' }).click()
    await expect(first).toBeVisible()
  })

  await test.step('a run says what was assumed, and why an image has no localisation, as its sample does', async () => {
    const first = page.getByRole('article', { name: 'Run Baseline' })
    const assumed = first.getByRole('list', { name: /^Assumed or passed over/ })
    await expect(assumed).toContainText('No preprocessing was found beside the model')
    const without = first.getByRole('region', { name: 'Images without localisation' })
    await without.getByText('1 image has a mask that cannot be read').click()
    await expectAccessible(page)
    await without.getByRole('link', { name: /^train\/8\// }).click()
    await expect(page.getByText(/not measured: The mask .* cannot be decoded/)).toBeVisible()
  })

  await test.step('results whose run is lost are given back, or removed once that is confirmed', async () => {
    await open(page, lost, false)
    const banner = page.getByRole('alert').filter({ hasText: 'does not know' })
    await expect(banner).toContainText('results of 18 images of the run “First”')
    await expectAccessible(page)
    await banner.getByRole('button', { name: 'Restore the run' }).click()
    await expect(banner).toContainText('of the run “Second”')
    await banner.getByRole('button', { name: 'Remove its results' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Keep them' }).click()
    await expect(banner).toContainText('of the run “Second”')
    await banner.getByRole('button', { name: 'Remove its results' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(banner).toHaveCount(0)
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await expect(page.getByRole('article')).toHaveCount(1)
    await expect(page.getByRole('article', { name: 'Run First' })).toContainText('18 of 18 images')
  })
})

/** Six pictures a label in two splits, with their masks, one of them cut off: the options of a run over them. */
async function smallDataset(folder: string): Promise<string[]> {
  const [images, masks] = [join(folder, 'photos'), join(folder, 'shapes')]
  for (const [label, source] of LABELS) {
    const names = (await readdir(join(demo.images, source))).sort().slice(0, 6)
    for (const [index, name] of names.entries()) {
      const mask = name.replace(/\.\w+$/, '.png')
      const place = join(index < 4 ? 'train' : 'val', label)
      await mkdir(join(images, place), { recursive: true })
      await mkdir(join(masks, place), { recursive: true })
      await cp(join(demo.images, source, name), join(images, place, name))
      await cp(join(demo.masks, source, mask), join(masks, place, mask))
      if (source === 'Bag' && index === 0) await truncate(join(masks, place, mask), 40)
    }
  }
  return ['--data', images, '--masks', masks]
}

async function open(page: Page, project: string, hasRuns = true): Promise<void> {
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  await page.getByRole('button', { name: 'Open a project' }).click()
  const path = page.getByRole('dialog').getByRole('textbox', { name: 'Path' })
  await path.fill(project)
  await path.press('Enter')
  if (hasRuns) await expect(page.getByRole('grid', { name: 'Samples' })).toBeVisible()
}
