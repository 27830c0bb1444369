/** The desktop application itself, where Electron's binary is installed: the same window over a message port. */
import { _electron, expect, test } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { programEnvironment } from './program'

test('the desktop window opens on the start screen and reaches the main side', async () => {
  const executablePath = electronBinary()
  test.skip(
    executablePath === null,
    "Electron's binary is not installed here (npm does not fetch it at install); `npx install-electron` does.",
  )
  const folder = await mkdtemp(join(tmpdir(), 'headlight-e2e-'))
  const program = await _electron.launch({
    executablePath: executablePath ?? undefined,
    args: [resolve('.'), ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: programEnvironment(folder),
  })
  try {
    const window = await program.firstWindow()
    await expect(window).toHaveTitle('Headlight')
    // Shown only after a call was answered over the port.
    await expect(window.getByRole('button', { name: 'Open the demo' })).toBeVisible({ timeout: 60_000 })
    expect(new URL(window.url()).protocol).toBe('headlight:')
  } finally {
    await program.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
})

/** The installed binary, found without requiring the electron package, which would start a download. */
function electronBinary(): string | null {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? resolve('node_modules/electron/dist')
  const named = resolve('node_modules/electron/path.txt')
  if (!existsSync(named)) return null
  const binary = join(folder, readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : null
}
