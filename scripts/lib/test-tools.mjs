/** What the tests use beyond npm packages: a browser, and on Debian a few system packages. */
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runChild, runNode } from './child.mjs'
import { packageScript } from './repository.mjs'

/** Where playwright.config.ts looks before it takes Playwright's own, the first that is there. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

/** Debian packages, by what tells that they are there. The browser is needed, the others are for more tests. */
const PACKAGES = [
  { names: ['chromium-headless-shell'], needed: true, present: () => existsSync(BROWSERS[0]) },
  { names: ['fonts-dejavu-core'], needed: false, present: () => existsSync('/usr/share/fonts/truetype/dejavu') },
  { names: ['libvulkan1'], needed: false, present: () => hasLibrary('libvulkan.so.1') },
  { names: ['python3-onnx', 'python3-numpy'], needed: false, present: () => hasPythonModules('onnx', 'numpy') },
  { names: ['poppler-utils'], needed: false, present: () => existsSync('/usr/bin/pdftotext') },
  { names: ['strace'], needed: false, present: () => existsSync('/usr/bin/strace') },
]

/** Installs them where that is possible without asking. What stays missing fails or skips its tests. */
export async function ensureSystemPackages() {
  if (isDebianRoot()) await installDebianPackages()
}

/** Playwright's own browser where the system has none. Needs the dependencies. */
export async function ensureBrowser() {
  if (BROWSERS.some((file) => existsSync(file))) return
  const playwright = packageScript('@playwright/test', 'cli.js')
  const status = await runNode([playwright, 'install', 'chromium'], { output: 'stderr' })
  if (status !== 0) console.error('No browser could be installed; the browser tests will fail.')
}

async function installDebianPackages() {
  const missing = []
  for (const entry of PACKAGES) if (!(await entry.present())) missing.push(entry)
  if (missing.length === 0) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { output: 'stderr', env }
  await runChild('apt-get', ['update', '-qq'], quiet)
  for (const { names, needed } of missing) {
    console.error(`Installing ${names.join(', ')}`)
    const status = await runChild('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet)
    if (status !== 0)
      console.error(`${names.join(', ')} could not be installed${needed ? '' : '; tests that need it are skipped'}.`)
  }
}

function isDebianRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== null
}

function onPath(name) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}

function hasLibrary(name) {
  try {
    return readFileSync('/etc/ld.so.cache', 'latin1').includes(name)
  } catch {
    return false
  }
}

async function hasPythonModules(...modules) {
  if (!onPath('python3')) return false
  return (
    (await runChild('python3', ['-c', `import ${modules.join(', ')}`], { output: 'ignore', stderr: 'ignore' })) === 0
  )
}
