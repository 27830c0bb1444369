/** Gets the checkout ready: dependencies as the lockfile has them, and a build no older than the sources. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runChild, runNode } from './child.mjs'
import { withLock } from './lock.mjs'
import { inRoot, packageScript } from './repository.mjs'

const INSTALLED = inRoot('node_modules', '.headlight-installed')
const BUILT = inRoot('out', '.headlight-built')
const LOCK = inRoot('.headlight-setup.lock')

/** What a build depends on. */
const SOURCES = [
  'packages',
  'build/source-aliases.ts',
  'src-shared',
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'package.json',
  'tsconfig.base.json',
]

/** Installs the dependencies where they are missing or the lockfile changed. Progress goes to standard error. */
export async function ensureInstalled() {
  if (readOr(INSTALLED) === lockfileHash() || installedByHand()) return
  await withLock(LOCK, async () => {
    if (readOr(INSTALLED) === lockfileHash()) return
    console.error('Installing dependencies (npm ci)')
    const status = await runChild('npm', ['ci', '--loglevel=error'], { output: 'stderr' })
    if (status !== 0) throw new Error(`npm ci failed with status ${status}.`)
    writeFileSync(INSTALLED, lockfileHash())
  })
}

/** Builds where a source changed since the last build. Progress goes to standard error. */
export async function ensureBuilt() {
  if (readOr(BUILT) === sourceStamp()) return
  await withLock(LOCK, async () => {
    const stamp = sourceStamp()
    if (readOr(BUILT) === stamp) return
    console.error('Building')
    const status = await runNode([packageScript('electron-vite', 'bin/electron-vite.js'), 'build', '--logLevel=warn'], {
      output: 'stderr',
      // A test that asks for the build has another.
      env: { NODE_ENV: 'production' },
    })
    if (status !== 0) throw new Error(`The build failed with status ${status}.`)
    mkdirSync(dirname(BUILT), { recursive: true })
    writeFileSync(BUILT, stamp)
  })
}

/** `npm ci` or `npm install` by hand leaves npm's own record, newer than the lockfile: nothing to do then. */
function installedByHand() {
  const record = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(record) || statSync(record).mtimeMs < statSync(inRoot('package-lock.json')).mtimeMs) return false
  writeFileSync(INSTALLED, lockfileHash())
  return true
}

function lockfileHash() {
  return createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
}

/** Changes when a source file is written, added or removed. */
function sourceStamp() {
  const files = SOURCES.flatMap((path) => listFiles(inRoot(path))).filter((file) => !/\.test\.tsx?$/.test(file))
  const newest = files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0)
  return `${files.length} files, newest ${newest}`
}

function listFiles(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function readOr(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}
