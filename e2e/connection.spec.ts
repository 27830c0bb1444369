import { expect, test } from './fixtures'

// Browsers report every refused connection themselves.
test.use({ expectedErrors: ['WebSocket connection', 'ERR_CONNECTION'] })

test('the key of this start does not stay in the address', async ({ start: page, program }) => {
  expect(program.url).toContain('token=')
  expect(page.url()).not.toContain('token')
})

test('a window whose program ended says so, and does not hang', async ({ start: page, program }) => {
  await page.getByRole('link', { name: 'New project' }).click()
  await expect(page.getByRole('button', { name: 'Choose a model' })).toBeVisible()
  await program.end()
  await expect(page.getByRole('alert').filter({ hasText: 'Connection lost' })).toBeVisible()
  await page.getByRole('button', { name: 'Choose a model' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('The connection to Headlight was lost')
})
