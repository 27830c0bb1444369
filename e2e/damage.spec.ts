import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './fixtures'

test.describe('a project with damaged files', () => {
  test.use({ demoFinished: true })

  test('opens in the window, which says what was damaged, set aside and restored', async ({ start: page, program }) => {
    const project = join(program.folder, 'data', 'Demo.headlight')
    for (const name of ['cache.sqlite', 'review.sqlite']) {
      const file = await open(join(project, name), 'r+')
      await file.write(Buffer.alloc(4096, 'damage'), 0, 4096, 0)
      await file.close()
    }
    await page.getByRole('button', { name: 'Open a project' }).click()
    const opening = page.getByRole('dialog')
    await opening.getByRole('textbox', { name: 'Path' }).fill(project)
    await opening.getByRole('textbox', { name: 'Path' }).press('Enter')
    const notices = page.getByRole('log', { name: 'Notices' })
    await expect(notices).toContainText(/review\.sqlite was damaged and set aside as review\.damaged-.*the backup of/)
    await expect(notices).toContainText(/cache\.sqlite was damaged and set aside as cache\.damaged-.*resume the runs/)
    // The run is there, from the backup; its results are to be computed again.
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const run = page.getByRole('article', { name: 'Run Demo' })
    await expect(run.getByRole('button', { name: /^(Start|Resume)$/ })).toBeVisible()
  })
})
