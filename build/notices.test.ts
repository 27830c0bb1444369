import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

test('the notices name the dependencies as they are; `npm run notices` writes them anew', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/notices.mjs', '--check'], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test('what asks for more than its notice has its section, and its licence is there', () => {
  const notices = readFileSync('THIRD-PARTY-NOTICES.md', 'utf8')
  for (const name of ['@img/sharp-libvips-linux-x64', '@img/sharp-libvips-darwin-arm64', '@resvg/resvg-js', 'react']) {
    expect(notices).toMatch(new RegExp(`^- ${name} \\d`, 'm'))
  }
  expect(notices).toContain('SIL OPEN FONT LICENSE')
  for (const licence of ['LGPL-3.0', 'GPL-3.0', 'MPL-2.0']) expect(existsSync(`licenses/${licence}.txt`)).toBe(true)
})
