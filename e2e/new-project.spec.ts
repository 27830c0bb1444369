import { copyFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expectAccessible } from './accessible'
import { expect, test } from './fixtures'
import { plainNetwork } from './plain-network'
import { demo } from './program'

test.use({ demoCertified: true })

test('a new project from a model file and a folder', async ({ start: page, program }) => {
  // Two classes, a few dozen images: enough for a run, and for a report.
  const images = join(program.folder, 'pictures')
  await cp(join(demo.images, 'Bag'), join(images, 'Bag'), { recursive: true })
  // A folder that no class of the model has for a name.
  await cp(join(demo.images, 'Trouser'), join(images, 'Slacks'), { recursive: true })
  await cp(demo.model, join(program.folder, 'vit.onnx'))
  for (const name of ['config.json', 'preprocessor_config.json']) {
    await cp(join(demo.model, '..', name), join(program.folder, name))
  }

  await page.getByRole('link', { name: 'New project' }).click()
  await expect(page).toHaveTitle(/^New project/)
  await expect(page.getByRole('button', { name: 'Create the project and run' })).toBeDisabled()

  // The picker begins in the home folder, which is this test's own.
  await page.getByRole('button', { name: 'Choose a model' }).click()
  const picker = page.getByRole('dialog', { name: 'Choose a model' })
  await expect(picker.getByRole('textbox', { name: 'Path' })).toHaveValue(program.folder)
  await picker.getByRole('button', { name: /^vit\.onnx/ }).click()
  const model = page.getByRole('region', { name: 'Model' })
  await expect(model.getByText('Supported: 8 layers of 5 heads')).toBeVisible({ timeout: 150_000 })
  await expect(model.getByText('14 × 14')).toBeVisible()
  await expect(model.getByText(/^Passed in float(32|64), 40 heads checked/)).toBeVisible({ timeout: 120_000 })

  await page.getByRole('button', { name: 'Choose images' }).click()
  const folders = page.getByRole('dialog', { name: 'Choose images' })
  await folders.getByRole('button', { name: 'pictures' }).click()
  await expect(folders.getByRole('button', { name: 'Bag' })).toBeVisible()
  await folders.getByRole('button', { name: 'Use this folder' }).click()
  const report = page.getByRole('region', { name: 'Images' })
  await expect(report.getByText('200', { exact: true })).toBeVisible({ timeout: 150_000 })
  await expect(report.getByRole('list', { name: 'Samples of the dataset' }).getByRole('img')).toHaveCount(12)

  // What the model sees: the demo takes pictures as they are, so the tensor's levels are those of the file.
  const preprocessing = page.getByRole('region', { name: 'Preprocessing' })
  const seen = preprocessing.getByRole('region', { name: 'What the model sees' })
  await expect(seen.getByText(/^112 × 112 → 112 × 112, values -?[\d.]+ to/).first()).toBeVisible({ timeout: 150_000 })
  await expect(seen.getByTestId('crop-frame')).toHaveCount(0)
  const tensor = seen.getByRole('img', { name: /as the model sees it$/ }).first()
  const found = await tensor.evaluate(levels)
  await preprocessing.getByRole('combobox', { name: 'Resize' }).selectOption('Exact size')
  await preprocessing.getByRole('checkbox', { name: 'Central crop' }).check()
  await preprocessing.getByRole('textbox', { name: 'Width, pixels' }).fill('224')
  await preprocessing.getByRole('textbox', { name: 'Height, pixels' }).fill('224')
  await expect(seen.getByTestId('crop-frame')).toHaveCount(4)
  await expect.poll(() => tensor.evaluate(levels)).not.toEqual(found)
  await preprocessing.getByRole('textbox', { name: 'Crop width' }).fill('96')
  await expect(preprocessing.getByRole('alert')).toContainText('does not fit the model')
  await expect(page.getByRole('button', { name: 'Create the project and run' })).toBeDisabled()
  await preprocessing.getByRole('button', { name: 'Back to what was found' }).click()
  await expect(seen.getByTestId('crop-frame')).toHaveCount(0)
  await expect.poll(() => tensor.evaluate(levels)).toEqual(found)

  // The label that no class has for a name is matched by hand.
  const labels = page.getByRole('region', { name: 'Labels' })
  await expect(labels.getByText('2 labels: 1 by name, 1 unmatched')).toBeVisible()
  await labels.getByRole('button', { name: 'Class of Slacks: no class' }).click()
  await labels.getByRole('combobox', { name: 'Class of Slacks' }).fill('trou')
  await page.getByRole('option', { name: /Trouser/ }).click()
  await expect(labels.getByRole('button', { name: 'Class of Slacks: Trouser' })).toBeVisible()

  // A reload keeps what was chosen and mended, and Back takes a choice back.
  await page.reload()
  await expect(report.getByText('200', { exact: true })).toBeVisible({ timeout: 150_000 })
  await expect(labels.getByText('2 labels: 1 by hand, 1 by name')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('button', { name: 'Choose images' })).toBeVisible()
  await page.goForward()
  await expect(labels.getByText('2 labels: 1 by hand, 1 by name')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('textbox', { name: 'Limit' }).fill('20')
  await page.getByRole('checkbox', { name: 'Attention Grad-CAM' }).check()
  await page.getByRole('textbox', { name: 'Name of the run' }).fill('A first look')
  await page.getByRole('button', { name: 'Create the project and run' }).click()

  await expect(page.getByRole('status')).toHaveText('20 samples', { timeout: 150_000 })
  await expect(page.getByRole('combobox', { name: 'Method' })).toContainText('Attention Grad-CAM')
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const run = page.getByRole('article', { name: 'Run A first look' })
  await expect(run.getByText('Finished', { exact: true })).toBeVisible({ timeout: 120_000 })

  // It is listed on the start screen, and opens from there.
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  await page.getByRole('button', { name: /^vit-pictures/ }).click()
  await expect(page.getByRole('status')).toHaveText('20 samples')
})

test('a browser says that it cannot take files, and lets choose them', async ({ start: page }) => {
  await expectAccessible(page)
  await page.evaluate(`{
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['x'], 'photos.zip'))
    for (const type of ['dragover', 'drop']) dispatchEvent(new DragEvent(type, { dataTransfer, cancelable: true }))
  }`)
  await expect(page.getByText('A browser does not tell where photos.zip lies. Choose it here instead.')).toBeVisible()
  await expect(page.getByRole('dialog', { name: 'Choose images' })).toBeVisible()
})

test('a thousand labels: only those in sight are drawn', async ({ start: page, program }) => {
  const images = join(program.folder, 'many')
  const source = join(demo.images, 'Bag', (await readdir(join(demo.images, 'Bag')))[0]!)
  for (let label = 0; label < 1000; label++) {
    const folder = join(images, `label ${label}`)
    await mkdir(folder, { recursive: true })
    await copyFile(source, join(folder, 'one.jpg'))
  }
  const query = new URLSearchParams({ model: demo.model, data: images })
  await page.goto(`${new URL(page.url()).origin}/new?${query}`)
  const labels = page.getByRole('region', { name: 'Labels' })
  await expect(labels.getByText('1,000 labels: 1,000 unmatched')).toBeVisible({ timeout: 120_000 })
  expect(await labels.getByRole('listitem').count()).toBeLessThan(40)
  await labels.getByRole('textbox', { name: 'Find a label or class' }).fill('label 99')
  await expect(labels.getByRole('listitem')).toHaveCount(11)
  // A thousand labels and ten classes have no order in common.
  await expect(labels.getByRole('button', { name: 'Match by order' })).toHaveCount(0)
})

test('where labels are from is said and chosen; an order is offered with its pairs', async ({
  start: page,
  program,
}) => {
  const images = join(program.folder, 'splits')
  const source = join(demo.images, 'Bag', (await readdir(join(demo.images, 'Bag')))[0]!)
  for (const name of Array.from({ length: 10 }, (_, index) => `kind ${index}`)) {
    for (const split of ['train', 'val']) {
      await mkdir(join(images, split, name), { recursive: true })
      await copyFile(source, join(images, split, name, 'one.jpg'))
    }
  }
  await writeFile(join(images, 'train', 'drawing.tga'), 'x')
  const query = new URLSearchParams({ model: demo.model, data: images })
  await page.goto(`${new URL(page.url()).origin}/new?${query}`)
  const labels = page.getByRole('region', { name: 'Labels' })
  const from = labels.getByRole('combobox', { name: 'Take labels from' })
  await expect(labels.getByText('Labels: second level of the path, for example train/kind 0/..')).toBeVisible({
    timeout: 150_000,
  })
  const dataset = page.getByRole('region', { name: 'Images' })
  await expect(dataset.getByText('train 10, val 10')).toBeVisible()
  await expect(dataset.getByText('1 × .tga: Targa is not read: save as PNG')).toBeVisible()

  // Splits are never offered as classes by their order.
  const offer = labels.getByRole('note', { name: 'Matching by order' })
  await expect(offer.getByText('kind 1 → 1 Trouser')).toBeVisible({ timeout: 120_000 })
  await from.selectOption({ label: 'folder level 1: 2 names, for example train/..' })
  await expect(labels.getByText('2 labels: 2 unmatched')).toBeVisible()
  await expect(offer).toHaveCount(0)
  await from.selectOption({ label: 'Nowhere: no labels' })
  await expect(labels.getByText('20 of 20 images have no label.')).toBeVisible()
  await expectAccessible(page)
  await from.selectOption({ label: 'As the images lie' })
  await expect(labels.getByText('10 labels: 10 unmatched')).toBeVisible()
  await offer.getByRole('button', { name: 'Match by order' }).click()
  await expect(labels.getByText('10 labels: 10 by hand')).toBeVisible()
})

test('a model that is not supported is refused with its reason', async ({ start: page, program }) => {
  await mkdir(join(program.folder, 'models'))
  await writeFile(join(program.folder, 'models', 'plain.onnx'), plainNetwork())
  await writeFile(join(program.folder, 'models', 'notes.onnx'), 'This is not a model.')
  const picker = page.getByRole('dialog', { name: 'Choose a model' })
  const report = page.getByRole('region', { name: 'Model' }).getByRole('alert')
  const start = page.getByRole('button', { name: 'Create the project and run' })

  await page.getByRole('link', { name: 'New project' }).click()
  await page.getByRole('button', { name: 'Choose a model' }).click()
  await picker.getByRole('textbox', { name: 'Path' }).fill(join(program.folder, 'models'))
  await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
  await picker.getByRole('button', { name: /^plain\.onnx/ }).click()
  await expect(report).toContainText('Not supported', { timeout: 150_000 })
  await expect(report).toContainText(/No attention/)
  await expect(start).toBeDisabled()

  await page.getByRole('button', { name: 'Choose another' }).click()
  await picker.getByRole('button', { name: /^notes\.onnx/ }).click()
  await expect(report).toContainText(/notes\.onnx/, { timeout: 150_000 })
  await expect(start).toBeDisabled()
})

test('a tower is chosen, pictures that do not fit are mended in one click, masks are read as said', async ({
  start: page,
}) => {
  const twoTowers = resolve('packages/explain/src/explain/fixtures/families/flip_tta/model.onnx')
  const query = new URLSearchParams({ model: twoTowers, data: demo.images })
  await page.goto(`${new URL(page.url()).origin}/new?${query}`)
  const model = page.getByRole('region', { name: 'Model' })
  await expect(model.getByRole('alert')).toContainText('2 separate towers', { timeout: 150_000 })
  await expectAccessible(page)
  await model.getByRole('combobox', { name: 'Tower to explain' }).selectOption('attn_1')
  await expect(model.getByText('Supported: 2 layers of 2 heads')).toBeVisible({ timeout: 150_000 })
  await expect(page).toHaveURL(/tower=attn_1/)

  const preprocessing = page.getByRole('region', { name: 'Preprocessing' })
  const start = page.getByRole('button', { name: 'Create the project and run' })
  const seen = preprocessing.getByRole('region', { name: 'What the model sees' })
  await expect(start).toBeEnabled({ timeout: 150_000 })
  await preprocessing.getByRole('combobox', { name: 'Resize' }).selectOption('None')
  await expect(seen.getByRole('alert')).toContainText('None of these pictures fits the model.')
  await expect(start).toBeDisabled()
  await seen.getByRole('button', { name: 'Shortest edge 36, crop 32' }).click()
  await expect(seen.getByText(/^112 × 112 → 32 × 32, values /).first()).toBeVisible()
  await expect(start).toBeEnabled()
  await preprocessing.getByText('All steps, and where their values come from').click()
  const steps = preprocessing.getByRole('listitem')
  await expect(steps.filter({ hasText: /^resize: shortest edge 36, .* changed here/ })).toBeVisible()
  await preprocessing.getByRole('combobox', { name: 'Resampling library' }).selectOption('torchvision')
  await expect(steps.filter({ hasText: /^resize: .*as torchvision, 8-bit/ })).toBeVisible()
  await expect(steps.filter({ hasText: /^rescale: factor 1\/255 default$/ })).toBeVisible()

  const kind = page.getByRole('combobox', { name: 'Masks are' })
  await expect(kind).toContainText('As found: binary mask')
  const neither = page.getByRole('combobox', { name: 'Void pixels' })
  await expect(neither).toContainText('As found: none')
  await kind.selectOption('trimap')
  await neither.selectOption('Pixels of one value')
  await expect(page.getByRole('textbox', { name: 'Void value' })).toHaveValue('255')
  await expectAccessible(page)

  // The run is named after the tower, and says it.
  await start.click()
  await page.getByRole('link', { name: 'Runs', exact: true }).click({ timeout: 150_000 })
  const run = page.getByRole('article', { name: 'Run model on images (tower attn_1)' })
  await expect(run.getByText('prediction, tower attn_1')).toBeVisible()
  const assumed = run.getByRole('list', { name: /^Assumed or passed over/ })
  await expect(assumed).toContainText('No preprocessing was found')
})

test('a model that gives features becomes a classifier with class vectors, also in a run like the first', async ({
  start: page,
}) => {
  const tower = resolve('packages/explain/src/explain/fixtures/features/dinov2/model.onnx')
  await page.goto(`${new URL(page.url()).origin}/new?${new URLSearchParams({ model: tower, data: demo.images })}`)
  const model = page.getByRole('region', { name: 'Model' })
  await expect(model.getByRole('alert')).toContainText('Not supported', { timeout: 150_000 })
  const vectors = model.getByRole('group', { name: 'Class vectors' })
  await vectors.getByRole('button', { name: 'Choose class vectors' }).click()
  const picker = page.getByRole('dialog', { name: 'Choose class vectors' })
  await expect(picker.getByRole('button', { name: /^model\.onnx/ })).toBeDisabled()
  await picker.getByRole('button', { name: /^vectors\.npy/ }).click()
  // What the file leaves open is asked, and nothing is guessed.
  await expect(model.getByText(/vectors\.npy does not say how its vectors become logits/)).toBeVisible()
  await vectors.getByRole('combobox', { name: 'Vectors are compared' }).selectOption('linear')
  await expect(
    model.getByText(/'last_hidden_state' .* has a vector for each token|vectors of vectors\.npy have 32/),
  ).toBeVisible({
    timeout: 60_000,
  })
  await vectors.getByRole('combobox', { name: 'Features are read from' }).selectOption('cls+mean')
  await expect(model.getByText('Supported: 2 layers of 2 heads')).toBeVisible({ timeout: 60_000 })
  await expect(model.getByText('5, names from class numbers')).toBeVisible()
  await expect(model.getByText(/^The logit of a class is the product of 'last_hidden_state'/)).toBeVisible()
  await expectAccessible(page)

  const start = page.getByRole('button', { name: 'Create the project and run' })
  await expect(start).toBeEnabled({ timeout: 60_000 })
  await start.click()
  await page.getByRole('link', { name: 'Runs', exact: true }).click({ timeout: 150_000 })
  const run = page.getByRole('article', { name: 'Run model on images' })
  await expect(run.getByText(/class vectors of vectors\.npy/)).toBeVisible()
  await run.getByRole('link', { name: /like this/ }).click()
  await expect(vectors.getByText('vectors.npy', { exact: true })).toBeVisible()
  await expect(model.getByText('Supported: 2 layers of 2 heads')).toBeVisible({ timeout: 60_000 })
  // They can be taken away again.
  await vectors.getByRole('button', { name: 'Without class vectors' }).click()
  await expect(model.getByRole('alert')).toContainText('Not supported', { timeout: 60_000 })
})

test('prompts are typed in the form, one a line, and stand on the run', async ({ start: page, program }) => {
  const fixtures = resolve('src-main/compute/fixtures/two-towers/clip')
  const alone = join(program.folder, 'alone')
  await cp(join(fixtures, 'model.onnx'), join(alone, 'model.onnx'))
  const form = (model: string) =>
    `${new URL(page.url()).origin}/new?${new URLSearchParams({ model, data: join(demo.images, 'Bag') })}`
  const model = page.getByRole('region', { name: 'Model' })
  const prompts = model.getByRole('group', { name: 'Prompts' })
  const field = prompts.getByRole('textbox', { name: /^Name, prompt/ })
  const use = prompts.getByRole('button', { name: 'Use these prompts' })

  // Without a tokenizer the form says what is missing, and keeps what was typed.
  await page.goto(form(join(alone, 'model.onnx')))
  await expect(model.getByText('Its classes are prompts, which are still to be given below.')).toBeVisible({
    timeout: 120_000,
  })
  await expect(page.getByText('The model needs prompts: they are its classes.')).toBeVisible()
  await field.fill('cat')
  await use.click()
  await expect(prompts.getByText('Line 1 has no comma')).toBeVisible()
  await field.fill('cat, a photo of a cat')
  await use.click()
  await expect(model.getByText(/need the tokenizer\.json of the model, and there is none/)).toBeVisible({
    timeout: 60_000,
  })
  await expect(field).toHaveValue('cat, a photo of a cat')

  await page.goto(form(join(fixtures, 'model.onnx')))
  await field.fill(`cat, ${'bird '.repeat(23)}`, { timeout: 120_000 })
  await use.click()
  await expect(model.getByText(/has 25 tokens with the special ones, and the text tower reads 24/)).toBeVisible({
    timeout: 60_000,
  })
  await field.fill('cat, a photo of a cat\ncat, a drawing of a cat\nbag, a bag, and a coat')
  await use.click()
  await expect(model.getByText('Supported: 2 layers of 2 heads')).toBeVisible({ timeout: 60_000 })
  await expect(model.getByText('2, names from typed prompts')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Limit' }).fill('3')
  const start = page.getByRole('button', { name: 'Create the project and run' })
  await expect(start).toBeEnabled({ timeout: 60_000 })
  await start.click()

  await page.getByRole('gridcell').first().click({ timeout: 150_000 })
  await expect(
    page.getByText(/Maps explain the logit of (cat \(“a photo of a cat” and 1 more\)|bag \(“a bag, and a coat”\))/),
  ).toBeVisible({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const run = page.getByRole('article')
  await expect(run.getByRole('list', { name: /^Prompts of/ }).getByRole('listitem')).toHaveText([
    'cat: a photo of a cat',
    'cat: a drawing of a cat',
    'bag: a bag, and a coat',
  ])
  // A run like it begins with the same prompts.
  await run.getByRole('link', { name: /like this/ }).click()
  await expect(field).toHaveValue('cat, a photo of a cat\ncat, a drawing of a cat\nbag, a bag, and a coat')
  await expect(model.getByText('Supported: 2 layers of 2 heads')).toBeVisible({ timeout: 60_000 })
})

/** Gives the levels that a canvas shows. Text, since it runs in the page. */
const levels = new Function(
  'canvas',
  'return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]',
) as (canvas: unknown) => number[]
