/**
 * Starts the program from a checkout: `node scripts/launch.mjs start | demo | cli ARGS | bench | screenshots`.
 * Installs and builds first where needed. Standard output is the program's alone, the exit status its own.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runChild, runNode } from './lib/child.mjs'
import { electronBinary } from './lib/electron.mjs'
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs'
import { inRoot, packageScript, root } from './lib/repository.mjs'
import { setUp } from './setup.mjs'

const commands = {
  start,
  demo: (args) => commandLine(['demo', ...args]),
  cli: commandLine,
  bench,
  screenshots,
}

/** The desktop window where Electron can run, the same window in the browser otherwise. */
async function start(args) {
  const electron = await electronBinary()
  if (electron) return runChild(electron, [root, ...args])
  return commandLine(['serve', ...args])
}

/** Models and runs, or only explain graphs (`graph`), an evaluation (`evaluate`), the `library`, the `exports`, the `calls` or the `window`. */
function bench([what, ...args]) {
  const parts = ['graph', 'evaluate', 'library', 'exports', 'calls']
  if (parts.includes(what)) return commandLine([`bench-${what}`, ...args])
  if (what === 'window') return benchWindow(args)
  return commandLine(['bench', ...(what ? [what] : []), ...args])
}

/** Playwright takes no options for its tests, so they travel in the environment. */
async function benchWindow(args) {
  const text = { type: 'string' }
  const { values } = parseArgs({ args, options: { samples: text, minutes: text, project: text } })
  const project = values.project && resolve(process.env.INIT_CWD ?? process.cwd(), values.project)
  const chosen = Object.entries({ ...values, project }).filter(([, value]) => value !== undefined)
  const env = Object.fromEntries(chosen.map(([name, value]) => [`HEADLIGHT_BENCH_${name.toUpperCase()}`, value]))
  return playwright('bench', [], env)
}

/** Writes docs/screenshots with the browser of the tests. */
function screenshots(args) {
  return playwright('screenshots', args)
}

/** One of the projects of playwright.config.ts that are not tests. */
async function playwright(project, args, env = {}) {
  await setUp()
  return runNode([packageScript('@playwright/test', 'cli.js'), 'test', '--project', project, ...args], { env })
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
