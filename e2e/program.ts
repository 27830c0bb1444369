/** Starts the built program as a user would, with settings and data of its own, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Program {
  /** The address to open, with the token of this start. */
  url: string
  /** A folder of this start's own, for projects and copies of data; removed at the end. */
  folder: string
  stop(): Promise<void>
}

const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 15_000

/** Node 24 from node_modules, since the built program needs it; the running one elsewhere. */
export function programNode(): string {
  const local = resolve('node_modules/.bin/node')
  return existsSync(local) ? local : process.execPath
}

export async function startProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'headlight-e2e-'))
  const child = spawn(programNode(), [resolve('out/main/cli.js'), 'serve', '--port', '0', '--no-open'], {
    cwd: folder,
    env: programEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    return { url: await printedAddress(child), folder, stop: () => stop(child, folder) }
  } catch (error) {
    await stop(child, folder)
    throw error
  }
}

/** Settings, data and home of one start: nothing of the user's is read or written. */
export function programEnvironment(folder: string): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return {
    ...Object.fromEntries(inherited),
    HOME: folder,
    USERPROFILE: folder,
    HEADLIGHT_CONFIG_DIR: join(folder, 'config'),
    HEADLIGHT_DATA_DIR: join(folder, 'data'),
  }
}

function printedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [output, errors] = ['', '']
    const timer = setTimeout(() => reject(new Error(`The program printed no address.\n${errors}`)), START_LIMIT_MS)
    child.stderr?.on('data', (chunk) => (errors += String(chunk)))
    child.stdout?.on('data', (chunk) => {
      output += String(chunk)
      const address = /http:\/\/\S+/.exec(output)?.[0]
      if (!address) return
      clearTimeout(timer)
      resolve(address)
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`The program ended with ${code} before it printed an address. Is it built?\n${errors}`))
    })
  })
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await ended
    clearTimeout(timer)
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
}
