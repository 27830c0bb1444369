/** Electron's binary: where it is, and fetching it once. It is never fetched by an installation. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runNode } from './child.mjs'
import { inRoot, packageScript } from './repository.mjs'

const FETCH_MS = 20_000
const REMEMBER_MS = 24 * 3600 * 1000
const FAILED = inRoot('node_modules', '.cache', 'headlight-electron-failed')

/** The path of the binary, null where the desktop window cannot be had; standard error says why. */
export async function electronBinary() {
  if (!hasDisplay()) return null
  return findBinary() ?? (recentlyFailed() ? null : fetchBinary())
}

/** Looked for without `require('electron')`, which would download it. */
function findBinary() {
  const packaged = inRoot('node_modules', 'electron')
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const name = existsSync(join(packaged, 'path.txt'))
    ? readFileSync(join(packaged, 'path.txt'), 'utf8').trim()
    : binaryName()
  const binary = join(override ?? join(packaged, 'dist'), name)
  return existsSync(binary) ? binary : null
}

async function fetchBinary() {
  console.error("Fetching Electron's binary, once")
  const status = await runNode([packageScript('electron', 'install.js')], {
    output: 'stderr',
    timeoutMs: FETCH_MS,
    stderr: 'ignore',
  })
  const binary = status === 0 ? findBinary() : null
  if (binary) {
    rmSync(FAILED, { force: true })
    return binary
  }
  mkdirSync(dirname(FAILED), { recursive: true })
  writeFileSync(FAILED, '')
  console.error("Electron's binary could not be fetched (no network to its host?); the browser shows the same window.")
  return null
}

function recentlyFailed() {
  return existsSync(FAILED) && Date.now() - statSync(FAILED).mtimeMs < REMEMBER_MS
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

function binaryName() {
  if (process.platform === 'win32') return 'electron.exe'
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
}
