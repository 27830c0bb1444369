/** Two projects, one after the other: ids are the same in both, and nothing of the one is shown in the other. */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures'
import { holdMessages } from './held-messages'

test.use({ demoFinished: true })

const FIGURE = 'Only in the demo'

test('after switching projects nothing of the other one is shown', async ({ gallery: page, program }) => {
  const first = join(program.folder, 'data', 'Demo.headlight')
  const second = join(program.folder, 'Second.headlight')
  await cp(first, second, { recursive: true })
  await page.getByRole('link', { name: 'Figures' }).click()
  await page.getByRole('button', { name: /^Failures by method/ }).click()
  await page.getByRole('textbox', { name: 'Name of the figure' }).fill(FIGURE)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'All figures' }).click()
  await expect(page.getByText(FIGURE)).toBeVisible()
  await page.getByRole('link', { name: 'Gallery' }).click()
  await page.getByRole('button', { name: /^Wrong/ }).click()
  await expect(page.getByText('99 of 1,000 samples')).toBeVisible()

  await open(page, second)
  // Neither the filter that was in view, nor the figures, which have the same key in both but for the project.
  await expect(page.getByText('1,000 samples', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Figures' }).click()
  await expect(page.getByRole('button', { name: /^Failures by method/ })).toBeVisible()
  await expect(page.getByText(FIGURE)).toHaveCount(0)

  // And back: the first project is as it was left.
  await page.getByRole('button', { name: /^Project: Second/ }).click()
  await page.getByRole('menuitem', { name: /^Demo/ }).click()
  await expect(page.getByText('99 of 1,000 samples')).toBeVisible()
  await page.getByRole('link', { name: 'Figures' }).click()
  await expect(page.getByText(FIGURE)).toBeVisible()
})

async function open(page: Page, project: string): Promise<void> {
  await page.getByRole('link', { name: 'Headlight, start screen' }).click()
  await page.getByRole('button', { name: 'Open a project' }).click()
  const path = page.getByRole('dialog').getByRole('textbox', { name: 'Path' })
  await path.fill(project)
  await path.press('Enter')
  await expect(page.getByRole('button', { name: /^Project: Second/ })).toBeVisible()
}

test('a path that is typed before the first folder has come stays as it is typed', async ({ start: page }) => {
  const messages = await holdMessages(page)
  await page.reload()
  await page.getByRole('button', { name: 'Open a project' }).click({ trial: true })
  messages.hold()
  await page.getByRole('button', { name: 'Open a project' }).click()
  const path = page.getByRole('dialog').getByRole('textbox', { name: 'Path' })
  await path.focus()
  messages.release()
  await expect(page.getByRole('navigation', { name: 'Places' }).getByRole('button').first()).toBeVisible()
  await path.pressSequentially('/no/where')
  await expect(path).toHaveValue('/no/where')
})
