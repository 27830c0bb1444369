/** Names of images and folders are other people's text: they are read, shown and written as text, whatever they hold. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixtures'
import { demo, programEnvironment } from './program'

/** 255 bytes in UTF-8, the most that a name can have. */
const LONGEST = `${'é'.repeat(125)}x.jpg`

const NAMES = [
  'Bag/plain.jpg',
  `Bag/it's "quoted" \\ & <b>bold<.jpg`,
  // A slash cannot be in a name, but in a path: all of this is the path of one image.
  '<script>alert(1)</script>.jpg',
  'Bag/<img src=x onerror=alert(2)>.jpg',
  '"><img src=x onerror=alert(3)>/in a folder.jpg',
  'Bag/two\nlines\r.jpg',
  'Bag/\u202egpj.exe\u202c עברית.jpg',
  'Bag/%2e%2e%2fpercent?query=1#hash.jpg',
  `Bag/${LONGEST}`,
]

test.use({ demoCertified: true })
test.skip(process.platform === 'win32', 'Windows allows none of these names.')

test('hostile names are text on the command line and in the window', async ({ start: page, program }) => {
  test.setTimeout(240_000)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const images = join(program.folder, 'images')
  const pictures = (await readdir(join(demo.images, 'Bag'))).map((name) => join(demo.images, 'Bag', name))
  for (const [i, name] of NAMES.entries()) {
    await mkdir(dirname(join(images, name)), { recursive: true })
    await copyFile(pictures[i]!, join(images, name))
  }
  const takesAnyByte = process.platform === 'linux'
  if (takesAnyByte) {
    const invalid = Buffer.concat([
      Buffer.from(join(images, 'Bag', 'not ')),
      Buffer.of(0xff, 0xfe),
      Buffer.from('.jpg'),
    ])
    await copyFile(pictures[0]!, invalid)
  }

  const project = join(program.folder, 'hostile.headlight')
  const headlight = (...argv: string[]) =>
    promisify(execFile)(process.execPath, [resolve('out/main/cli.js'), ...argv], {
      env: programEnvironment(program.folder),
    })
  const run = await headlight('run', '--model', demo.model, '--data', images, '--project', project, '--provider', 'cpu')
  expect(run.stdout).toContain(`${NAMES.length} of ${NAMES.length} images`)
  if (takesAnyByte) expect(run.stderr).toContain('1 file or folder name is not valid UTF-8 and was passed over')
  const listed = await headlight('samples', '--project', project)
  // A terminal obeys none of them: no carriage return, no mark that turns the line around.
  expect(listed.stdout).not.toMatch(/[\r\u202e]/)
  const { samples } = JSON.parse((await headlight('samples', '--project', project, '--json')).stdout) as {
    samples: { id: number; path: string }[]
  }
  expect(samples.map(({ path }) => path).sort()).toEqual([...NAMES].sort())

  await page.getByRole('button', { name: 'Open a project' }).click()
  const opening = page.getByRole('dialog')
  await opening.getByRole('textbox', { name: 'Path' }).fill(project)
  await opening.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(page.getByRole('status').filter({ hasText: `${NAMES.length} samples` })).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Samples' }).getByRole('gridcell')).toHaveCount(NAMES.length)
  const origin = new URL(page.url()).origin
  const runPath = /\/runs\/\d+/.exec(page.url())![0]
  for (const { id, path } of samples) {
    await page.goto(`${origin}${runPath}/samples/${id}`)
    await expect(page.locator('main')).toContainText(path.replace(/\s+/g, ' ').split('/').at(-1)!)
    const loaded = page.locator('main img').first()
    await expect(loaded).toBeVisible()
  }
  for (const screen of ['heads', 'annotations']) {
    await page.goto(`${origin}${runPath}/${screen}`)
    await expect(page.locator('main')).not.toBeEmpty()
  }
  await page.goto(`${origin}/runs`)
  await page.getByRole('button', { name: 'Labels' }).click()
  await expect(page.getByRole('dialog').getByText('"><img src=x onerror=alert(3)>')).toBeVisible()
  expect(dialogs).toEqual([])
  expect(await page.locator('img[src="x"], main script').count()).toBe(0)
})
