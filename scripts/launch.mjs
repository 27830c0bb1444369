/**
 * Starts the program from a checkout: `node scripts/launch.mjs start | demo | cli ARGS | bench | screenshots`.
 * Installs and builds first where needed. Standard output is the program's alone, the exit status its own.
 */
import { runChild, runNode } from './lib/child.mjs'
import { electronBinary } from './lib/electron.mjs'
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs'
import { inRoot, packageScript, root } from './lib/repository.mjs'
import { ensureTestTools } from './lib/test-tools.mjs'

const commands = {
  start,
  demo: (args) => commandLine(['demo', ...args]),
  cli: commandLine,
  bench: ([what, ...args]) =>
    what === 'library'
      ? commandLine(['bench-library', ...args])
      : commandLine(['bench', ...(what ? [what] : []), ...args]),
  screenshots,
}

/** The desktop window where Electron can run, the same window in the browser otherwise. */
async function start(args) {
  const electron = await electronBinary()
  if (electron) return runChild(electron, [root, ...args])
  return commandLine(['serve', ...args])
}

/** Writes docs/screenshots with the browser of the tests. */
async function screenshots(args) {
  await ensureTestTools()
  return runNode([packageScript('@playwright/test', 'cli.js'), 'test', '--project', 'screenshots', ...args])
}

/** The command line works where the user stands, not in the repository. */
function commandLine(args) {
  return runNode([inRoot('out', 'main', 'cli.js'), ...args], { cwd: process.env.INIT_CWD ?? process.cwd() })
}

const [name = 'start', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  console.error(`launch: there is no "${name}"; there are ${Object.keys(commands).join(', ')}.`)
  process.exit(2)
}
try {
  await ensureInstalled()
  await ensureBuilt()
  process.exitCode = await command(args)
} catch (error) {
  console.error(`headlight: ${error.message}`)
  process.exitCode = 1
}
