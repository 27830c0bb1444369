import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ModelProtoSchema, NodeProtoSchema, ValueInfoProtoSchema } from 'onnx-buf'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { type Program, demo } from './program'

/** Each of its outputs has a certificate of its own. */
const SMALL_MODEL = resolve('models/zoo/timm_vit_op17/model.onnx')

test.use({ demoCertified: true })

test('prediction and label in two runs, and a contrast after them', async ({ start: page, program }) => {
  await cp(join(demo.images, 'Bag'), join(program.folder, 'pictures', 'Bag'), { recursive: true })
  await page.goto(formFor(page.url(), program, demo.model))
  const target = page.getByRole('combobox', { name: 'Class to explain' })
  const start = page.getByRole('button', { name: 'Create the project and run' })
  await expect(start).toBeEnabled({ timeout: 120_000 })
  await target.selectOption('One class minus another')
  await expect(page.getByText('Choose the class to explain.')).toBeVisible()
  await target.selectOption('Prediction and label, two runs')
  await page.getByRole('textbox', { name: 'Limit' }).fill('6')
  await page.getByRole('textbox', { name: 'Name of the run' }).fill('Look')
  await expect(page.getByRole('group', { name: 'Estimate' })).toContainText('for 6 images in 2 runs', {
    timeout: 120_000,
  })
  await start.click()

  await expect(page.getByRole('status')).toHaveText('6 samples', { timeout: 150_000 })
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const [first, second] = ['Run Look', 'Run Look (label)'].map((name) =>
    page.getByRole('article', { name, exact: true }),
  ) as [ReturnType<typeof page.getByRole>, ReturnType<typeof page.getByRole>]
  for (const run of [first, second])
    await expect(run.getByText('Finished', { exact: true })).toBeVisible({ timeout: 150_000 })
  await expect(first.getByText('prediction', { exact: true })).toBeVisible()
  await expect(second.getByText('label', { exact: true })).toBeVisible()

  // A further run begins with what the former one was, and asks for another target.
  await first.getByRole('link', { name: 'New run like this' }).click()
  await expect(page).toHaveTitle(/^New run/)
  await expect(page.getByRole('textbox', { name: 'Limit' })).toHaveValue('6')
  await expect(target).toHaveValue('label')
  await target.selectOption('One class minus another')
  for (const [field, typed, name] of [
    ['Class', 'bag', /^\d+ Bag/],
    ['Minus class', 'boo', /^\d+ .*boot/i],
  ] as const) {
    await page.getByRole('combobox', { name: field, exact: true }).fill(typed)
    await page.getByRole('option', { name }).click()
  }
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Start the run' }).click()
  await expect(page.getByRole('status')).toHaveText('6 samples', { timeout: 150_000 })
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await expect(
    page.getByRole('article', { name: /Bag - Ankle.boot/ }).getByText('Finished', { exact: true }),
  ).toBeVisible({ timeout: 150_000 })
})

test.describe('why this and not that', () => {
  test.use({ demoFinished: true })

  test('prediction − label over the gallery, in triage and on a sample, where the two are swapped', async ({
    gallery: page,
  }) => {
    await page.getByRole('textbox', { name: 'Filter' }).fill('label:Shirt prediction:T-shirt_top')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('status').getByText('7 of 1,000')).toBeVisible()
    const pictures = page.getByRole('row').locator('canvas').first()
    const drawn = () => pictures.evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())
    await expect(pictures).toHaveAttribute('data-method', 'gmar_l1')
    const settled = async () => {
      let last = ''
      await expect(async () => {
        const former = last
        last = await drawn()
        expect(last).toBe(former)
      }).toPass({ intervals: [400] })
      return last
    }
    const ofPrediction = await settled()
    const samples = page.getByRole('grid', { name: 'Samples' })
    const target = page.getByRole('button', { name: 'Target' })
    // What is typed is found by Enter, and the keys are the grid's again once a target is whole.
    await target.click()
    const search = async (list: string, typed: string) => {
      await page.getByRole('combobox', { name: list }).click()
      await page.getByRole('combobox', { name: list }).fill(typed)
      await expect(page.getByRole('option', { name: typed })).toHaveAttribute('data-combobox-selected', 'true')
    }
    await search('Target', 'Ankle')
    await page.keyboard.press('Enter')
    await search('Against', 'T-sh')
    const computing = page.getByText(/^computing \d maps?$/).waitFor()
    await page.keyboard.press('Enter')
    await expect(target).toHaveText('Ankle_boot − T-shirt_top')
    await expect(samples).toBeFocused()
    await computing
    for (const key of ['Home', 'Space', 'Shift+ArrowRight']) await page.keyboard.press(key)
    await expect(page.getByText('2 chosen')).toBeVisible()
    await page.keyboard.press('Escape')
    await target.click()
    await page.getByRole('combobox', { name: 'Target' }).click()
    await page.getByRole('option', { name: 'Prediction − label' }).click()
    await expect(page).toHaveURL(/target=predicted-label/)
    await expect(samples).toBeFocused()
    await target.click()
    await expect(page.getByRole('combobox', { name: 'Target' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(samples).toBeFocused()
    await expect(page.getByRole('img', { name: /^Relevance for prediction − label/ })).toBeVisible()
    await expect(page.getByRole('gridcell', { name: /computing its map/ })).toHaveCount(0, { timeout: 150_000 })
    await expect(page.getByRole('gridcell', { name: /no map/ })).toHaveCount(0)
    await expect(page.getByText(/^computing/)).toHaveCount(0)
    const ofContrast = await settled()
    await expectAccessible(page)
    await page.getByRole('switch', { name: 'Overlay' }).uncheck({ force: true })
    await expect(pictures).not.toHaveAttribute('data-method')
    // Three pictures: the map of the prediction, that of the contrast, and none.
    expect(new Set([ofPrediction, ofContrast, await settled()]).size).toBe(3)
    await page.getByRole('switch', { name: 'Overlay' }).check({ force: true })

    await page.getByRole('gridcell').first().click()
    const side = page.getByRole('complementary', { name: 'Details' })
    await expect(side.getByText(/the prediction, minus that of Shirt/)).toBeVisible({ timeout: 150_000 })
    await side.getByRole('combobox', { name: 'Target' }).click()
    await expect(page.getByRole('option').filter({ hasText: /label$/ })).toHaveText([
      'Prediction − label',
      'Shirtlabel',
    ])
    await page.keyboard.press('Escape')
    await side.getByRole('button', { name: 'Swap the two classes' }).click()
    await expect(page).toHaveURL(/target=label-predicted/)
    await expect(side.getByText(/logit of Shirt .*, minus that of T-shirt_top/)).toBeVisible({ timeout: 150_000 })
    await page.goBack()
    await page.getByRole('button', { name: 'Gallery', exact: true }).click()

    await page.getByRole('grid', { name: 'Samples' }).focus()
    await page.keyboard.press('t')
    const facts = page.getByRole('complementary', { name: 'Annotations' })
    await expect(facts.getByText('GMAR (L1), for prediction − label', { exact: true })).toBeVisible({
      timeout: 150_000,
    })
    await page.getByRole('button', { name: 'Gallery', exact: true }).click()

    // The figure of chosen samples explains what the gallery did.
    await page.getByRole('grid', { name: 'Samples' }).focus()
    await page.keyboard.press('Control+a')
    await page.getByRole('button', { name: 'Make a figure' }).click()
    await expect(page).toHaveTitle(/^Figures/)
    expect(decodeURIComponent(page.url())).toContain('"method":"gmar_l1","target":"predicted-label"')
    await expect(page.getByRole('combobox', { name: 'Target' }).first()).toHaveValue('Prediction − label')
    await expect(page.getByText(/^[\d.]+ × [\d.]+ mm$/)).toBeVisible({ timeout: 120_000 })
    await page.goBack()
    await page.keyboard.press('Escape')

    // A sample that was predicted as its label says so, and asks the program nothing.
    await page.getByRole('textbox', { name: 'Filter' }).fill('label:Shirt correct:true')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('gridcell', { name: /no map: Predicted as its label/ }).first()).toBeVisible()
    await page.getByRole('gridcell').first().click()
    await expect(side.getByText('there is nothing to set against it')).toBeVisible()
    await side.getByRole('button', { name: 'Prediction − runner-up' }).click()
    await expect(side.getByText(/logit of Shirt .*, the prediction, minus that of/)).toBeVisible({ timeout: 150_000 })
  })
})

test.describe('labels of a finished run', () => {
  test.use({ demoFinished: true })

  test('are matched anew, and what follows from them with them', async ({ gallery: page }) => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const run = page.getByRole('article', { name: 'Run Demo' })
    await expect(run.getByText(/of 1,000 labelled$/)).toBeVisible()
    await run.getByRole('button', { name: 'Labels' }).click()
    const dialog = page.getByRole('dialog', { name: 'Labels of Demo' })
    await dialog.getByRole('button', { name: 'Class of Bag: Bag' }).click()
    await dialog.getByRole('combobox', { name: 'Class of Bag' }).click()
    await page.getByRole('option', { name: 'No class of the model' }).click()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Match the labels so' }).click()
    await expect(run.getByText(/of 900 labelled$/)).toBeVisible()
    await page.getByRole('link', { name: 'Gallery', exact: true }).click()
    await page.getByRole('textbox', { name: 'Filter' }).fill('label:Bag')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('status').getByText('0 of 1,000 samples')).toBeVisible()
  })
})

test('an output and a task are chosen where the file leaves them open', async ({ start: page, program }) => {
  await cp(join(demo.images, 'Bag'), join(program.folder, 'pictures', 'Bag'), { recursive: true })
  const model = join(program.folder, 'two.onnx')
  await writeFile(model, withSecondOutput(await readFile(SMALL_MODEL)))
  await page.goto(formFor(page.url(), program, model))
  const section = page.getByRole('region', { name: 'Model' })
  const output = section.getByRole('combobox', { name: 'Output to explain' })
  await expect(output).toHaveValue('logits', { timeout: 120_000 })
  await output.selectOption('doubled [batch, 10]')
  await expect(output).toHaveValue('doubled', { timeout: 120_000 })
  const task = section.getByRole('combobox', { name: 'What the logits mean' })
  await expect(section.getByText('The file ends in logits and does not say it; a softmax is usual.')).toBeVisible()
  await task.selectOption('Every class by itself (sigmoid)')
  await page.getByRole('textbox', { name: 'Limit' }).fill('4')
  await page.getByRole('button', { name: 'Create the project and run' }).click({ timeout: 120_000 })

  await expect(page.getByRole('status')).toHaveText('4 samples', { timeout: 150_000 })
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const run = page.getByRole('article')
  await expect(run.getByText('Finished', { exact: true })).toBeVisible({ timeout: 150_000 })
  await expect(run.getByText('prediction, output doubled, multi-label')).toBeVisible()
  // It begins with them again.
  await run.getByRole('link', { name: 'New run like this' }).click()
  await expect(output).toHaveValue('doubled', { timeout: 150_000 })
  await expect(task).toHaveValue('multi-label')
})

function formFor(address: string, program: Program, model: string): string {
  const query = new URLSearchParams({ model, data: join(program.folder, 'pictures') })
  return `${new URL(address).origin}/new?${query}`
}

/** The model with its logits twice as large as another output. */
function withSecondOutput(file: Uint8Array): Uint8Array {
  const model = fromBinary(ModelProtoSchema, file)
  const [logits] = model.graph?.output ?? []
  if (!model.graph || !logits) throw new Error('The model has no output.')
  const [name, doubled] = [logits.name, 'doubled']
  model.graph.node.push(
    create(NodeProtoSchema, { name: doubled, opType: 'Add', input: [name, name], output: [doubled] }),
  )
  model.graph.output.push(create(ValueInfoProtoSchema, { name: doubled, type: logits.type }))
  return toBinary(ModelProtoSchema, model)
}
