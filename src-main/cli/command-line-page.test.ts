import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from './program'
import { commandLinePage } from './testing/command-line-page'

test('docs/CLI.md holds the help of every command as it is', async () => {
  const page = commandLinePage()
  for (const { name } of createProgram().commands.map((command) => ({ name: command.name() }))) {
    if (name !== 'help') expect(page).toContain(`\n### ${name}\n`)
  }
  await expect(page).toMatchFileSnapshot(resolve('docs/CLI.md'))
})
