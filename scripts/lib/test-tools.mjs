/** What the tests use beyond npm packages: a browser, and on Debian a few system packages. */
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runChild, runNode } from './child.mjs'
import { packageScript } from './repository.mjs'

/** Debian packages, by what tells that they are there. The browser is needed, the others are for more tests. */
const PACKAGES = [
  { names: ['chromium'], needed: true, present: () => findChromium() !== null },
  { names: ['fonts-dejavu-core'], needed: false, present: () => existsSync('/usr/share/fonts/truetype/dejavu') },
  { names: ['libvulkan1'], needed: false, present: () => hasLibrary('libvulkan.so.1') },
  { names: ['python3-onnx', 'python3-numpy'], needed: false, present: () => hasPythonModules('onnx', 'numpy') },
]

/** Makes the tools available where that is possible without asking; gives what the tests are told about them. */
export async function ensureTestTools() {
  if (isDebianRoot()) await installDebianPackages()
  const chromium = findChromium()
  if (chromium) return { HEADLIGHT_CHROMIUM: chromium }
  const status = await runNode([packageScript('@playwright/test', 'cli.js'), 'install', 'chromium'], {
    output: 'stderr',
  })
  if (status !== 0) console.error('No browser could be installed; the browser tests will fail.')
  return {}
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

function findChromium() {
  return process.env.HEADLIGHT_CHROMIUM ?? onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome')
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
