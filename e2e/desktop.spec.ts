/** The desktop application itself, where Electron's binary is installed: the same window over a message port. */
import { type ElectronApplication, type Page, _electron, expect, test } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { programEnvironment } from './program'

let folder: string
let program: ElectronApplication
let window: Page

test.describe.configure({ mode: 'serial' })

test.beforeAll(async () => {
  const executablePath = electronBinary()
  const why = "Electron's binary is not installed here (npm does not fetch it at install); `npx install-electron` does."
  if (executablePath === null && process.env.HEADLIGHT_ELECTRON === 'required') throw new Error(why)
  test.skip(executablePath === null, why)
  folder = await mkdtemp(join(tmpdir(), 'headlight-e2e-'))
  program = await _electron.launch({
    executablePath: executablePath ?? undefined,
    args: [resolve('.'), ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    env: programEnvironment(folder),
  })
  window = await program.firstWindow()
})

test.afterAll(async () => {
  await program?.close()
  if (folder) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

test('the desktop window opens on the start screen and reaches the main side', async () => {
  await expect(window).toHaveTitle('Headlight')
  // Shown only after a call was answered over the port.
  await expect(window.getByRole('button', { name: 'Open the demo' })).toBeVisible({ timeout: 150_000 })
  expect(new URL(window.url()).protocol).toBe('headlight:')
})

test('a page has neither Node nor Electron', async () => {
  expect(
    await window.evaluate(() => ['require', 'process', 'module', 'electron'].filter((name) => name in globalThis)),
  ).toEqual([])
  const preferences = await program.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    return (webContents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
  })
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  })
})

test('a page asks in vain: no permission, no other window, no other address, no file', async () => {
  const own = window.url()
  // As text: this side is compiled without the DOM.
  const asked = await window.evaluate(`(async () => ({
    notification: await Notification.requestPermission(),
    location: (await navigator.permissions.query({ name: 'geolocation' })).state,
    opened: open('https://example.org/') === null,
    fetched: await fetch('https://example.org/').then(() => 'answered', () => 'refused'),
    file: (await fetch('headlight://app/..%2f..%2fpackage.json')).status,
    written: (await fetch('headlight://app/', { method: 'POST' })).status,
  }))()`)
  expect(asked).toEqual({
    ...{ notification: 'denied', location: 'denied', opened: true, fetched: 'refused', file: 404, written: 405 },
  })
  await window.evaluate(`location.assign('https://example.org/')`)
  await window.evaluate(`location.assign('file:///')`)
  await expect(window.getByRole('button', { name: 'Open the demo' })).toBeVisible()
  expect(window.url()).toBe(own)
  expect(program.windows()).toHaveLength(1)
})

test('the page runs under a strict policy', async () => {
  const policy = await window.evaluate(() => fetch('/').then(({ headers }) => headers.get('content-security-policy')))
  expect(policy).toContain("default-src 'none'; script-src 'self'")
})

/** The installed binary, found without requiring the electron package, which would start a download. */
function electronBinary(): string | null {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? resolve('node_modules/electron/dist')
  const named = resolve('node_modules/electron/path.txt')
  if (!existsSync(named)) return null
  const binary = join(folder, readFileSync(named, 'utf8').trim())
  return existsSync(binary) ? binary : null
}
