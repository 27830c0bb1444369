/** What the tests use beyond npm packages: a browser, and on Debian a few system packages. */
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runChild, runNode } from './child.mjs'
import { packageScript } from './repository.mjs'

/** Debian's interpreter, which its packages belong to; the tests ask the same one. */
const PYTHON = '/usr/bin/python3'

/** Where playwright.config.ts looks before it takes Playwright's own, the first that is there. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

/** Debian packages, what each is for, and what tells that it is there. The browser is needed, the others are for more tests. */
const PACKAGES = [
  {
    names: ['chromium-headless-shell'],
    needed: true,
    why: 'the browser of the tests of the window',
    present: hasShell,
  },
  {
    ...{ names: ['fonts-dejavu-core'], why: 'figures in another font than our own' },
    present: () => existsSync('/usr/share/fonts/truetype/dejavu'),
  },
  {
    ...{ names: ['libvulkan1'], why: 'WebGPU, computed by software where there is no graphics card' },
    present: () => hasLibrary('libvulkan.so.1'),
  },
  {
    ...{ names: ['python3-onnx', 'python3-numpy'], why: 'saved graphs run by the reference evaluator of ONNX' },
    present: () => hasPythonModules('onnx', 'numpy'),
  },
  {
    ...{ names: ['python3-numpy', 'python3-pandas'], why: 'the Python package that reads projects' },
    present: () => hasPythonModules('numpy', 'pandas'),
  },
  { names: ['poppler-utils'], why: 'what text a PDF holds', present: () => existsSync('/usr/bin/pdftotext') },
  { names: ['strace'], why: 'every connection that the program makes', present: () => existsSync('/usr/bin/strace') },
]

/**
 * Installs what the tests lack, each with its reason, where that is possible without asking; elsewhere says the one
 * command that does. What stays missing fails or skips its tests.
 */
export async function ensureSystemPackages() {
  const missing = await missingPackages()
  if (missing.length === 0 || !existsSync('/etc/debian_version') || onPath('apt-get') === null) return
  for (const { names, why } of missing) console.error(`Missing for the tests: ${names.join(', ')} (${why})`)
  if (process.getuid?.() === 0) return installDebianPackages(missing)
  const names = missing.flatMap((entry) => entry.names).join(' ')
  console.error(`Install with: sudo apt-get install --no-install-recommends ${names}`)
}

/** Playwright's own browser where the system has none. Needs the dependencies. */
export async function ensureBrowser() {
  if (BROWSERS.some((file) => existsSync(file))) return
  const playwright = packageScript('@playwright/test', 'cli.js')
  const status = await runNode([playwright, 'install', 'chromium'], { output: 'stderr' })
  if (status !== 0) console.error('No browser could be installed; the browser tests will fail.')
}

async function missingPackages() {
  const present = await Promise.all(PACKAGES.map((entry) => entry.present()))
  return PACKAGES.filter((_, index) => !present[index])
}

async function installDebianPackages(missing) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { output: 'stderr', env }
  await runChild('apt-get', ['update', '-qq'], quiet)
  for (const { names, needed } of missing) {
    const status = await runChild('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet)
    if (status !== 0)
      console.error(`${names.join(', ')} could not be installed${needed ? '' : '; tests that need it are skipped'}.`)
  }
}

function hasShell() {
  return existsSync(BROWSERS[0])
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
  if (!existsSync(PYTHON)) return false
  return (await runChild(PYTHON, ['-c', `import ${modules.join(', ')}`], { output: 'ignore', stderr: 'ignore' })) === 0
}
