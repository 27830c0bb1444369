/** A project that was computed elsewhere: relinked, checked, reported on, and shared by two windows. */
import { execFile } from 'node:child_process'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from './fixtures'
import { demo, programEnvironment } from './program'

test.use({ demoCertified: true })

test('a run of another machine is opened here, its dataset found again, and two windows show the same', async ({
  start: page,
  program,
  context,
  expectedErrors,
}) => {
  test.setTimeout(240_000)
  // Pictures that are gone are asked for in vain until they are found again.
  expectedErrors.push('/media/')
  const there = join(program.folder, 'server', 'images')
  await cp(join(demo.images, 'Bag'), join(there, 'Bag'), { recursive: true })
  const run = ['run', '--model', demo.model, '--data', there, '--project', join(program.folder, 'there.headlight')]
  await promisify(execFile)(
    process.execPath,
    [resolve('out/main/cli.js'), ...run, '--limit', '8', '--provider', 'cpu'],
    {
      env: programEnvironment(program.folder),
    },
  )
  const here = join(program.folder, 'here.headlight')
  await cp(join(program.folder, 'there.headlight'), here, { recursive: true })
  await mkdir(join(program.folder, 'laptop'))
  await rename(there, join(program.folder, 'laptop', 'pictures'))
  await rm(join(program.folder, 'there.headlight'), { recursive: true })

  await page.getByRole('button', { name: 'Open a project' }).click()
  const opening = page.getByRole('dialog')
  await opening.getByRole('textbox', { name: 'Path' }).fill(here)
  await opening.getByRole('textbox', { name: 'Path' }).press('Enter')
  await expect(page.getByRole('status').filter({ hasText: '8 samples' })).toBeVisible()
  const banner = page.getByRole('alert').filter({ hasText: 'is not at' })
  await expect(banner).toBeVisible()

  const second = await context.newPage()
  await second.goto(page.url())
  await expect(second.getByRole('alert').filter({ hasText: 'is not at' })).toBeVisible()

  await banner.getByRole('button', { name: 'Find it' }).click()
  const picker = page.getByRole('dialog', { name: 'Where is the dataset now?' })
  await picker.getByRole('textbox', { name: 'Path' }).fill(join(program.folder, 'laptop', 'pictures'))
  await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
  await picker.getByRole('button', { name: /^Use this folder/ }).click()
  const preview = page.getByRole('dialog', { name: 'Relink the dataset' })
  await expect(preview.getByRole('row', { name: /^Found at their path 8/ })).toBeVisible()
  await preview.getByRole('button', { name: 'Relink' }).click()
  await expect(banner).toHaveCount(0)
  await expect(second.getByRole('alert').filter({ hasText: 'is not at' })).toHaveCount(0)

  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('button', { name: 'Check project' }).click()
  await expect(page.getByRole('dialog', { name: 'Check project' })).toContainText('No problem found: 8 images')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Bug report' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: /^Save headlight-report/ }).click()
  expect((await download).suggestedFilename()).toMatch(/^headlight-report-.*\.zip$/)
})
