/** Starts the built program as a user would, with settings and data of its own, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Program {
  /** The address to open, with the token of this start. */
  url: string
  /** A folder of this start's own, for projects and copies of data; removed at the end. */
  folder: string
  /** Ends the program and leaves its folder. */
  end(): Promise<void>
  /** Ends the program and removes its folder. */
  stop(): Promise<void>
}

const START_LIMIT_MS = 150_000
const STOP_LIMIT_MS = 15_000

/** The demo model, images and masks that come with the program. */
export const demo = {
  model: resolve('models/demo/clutter-vit.onnx'),
  images: resolve('models/demo/images'),
  masks: resolve('models/demo/masks'),
}

/** Where certificates are kept below a program's folder. */
export const CERTIFICATES = join('config', 'certificates')

/** Where the demo project lies below a program's folder. */
const DEMO_PROJECT = join('data', 'Demo.headlight')

/**
 * Starts the web host on a free port. `demoProject` is copied to where "Open the demo" looks for it. `former` is the
 * folder of a program that has ended: what it left is there again. `certificates` is a folder of certificates that the
 * user has already.
 */
export async function startProgram(demoProject?: string, former?: string, certificates?: string): Promise<Program> {
  const folder = former ?? (await mkdtemp(join(tmpdir(), 'headlight-e2e-')))
  if (demoProject) await cp(demoProject, join(folder, DEMO_PROJECT), { recursive: true })
  if (certificates) await cp(certificates, join(folder, CERTIFICATES), { recursive: true })
  return serve(folder)
}

/** Starts the web host with this project open. */
export async function openProgram(project: string): Promise<Program> {
  return startWith(['--project', project])
}

/** Starts the web host with these arguments. */
export async function startWith(options: string[]): Promise<Program> {
  return serve(await mkdtemp(join(tmpdir(), 'headlight-e2e-')), options)
}

async function serve(folder: string, options: string[] = []): Promise<Program> {
  const child = headlight(['serve', '--port', '0', '--no-open', ...options], folder)
  const stop = async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    return { url: await printedAddress(child), folder, end: () => end(child), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Runs the demo on the command line; gives the finished project's folder, inside `folder`. */
export async function finishDemo(folder: string): Promise<string> {
  const project = join(folder, DEMO_PROJECT)
  const { model, images, masks } = demo
  const run = ['--model', model, '--data', images, '--masks', masks, '--project', project, '--name', 'Demo']
  await runHeadlight(['run', ...run], folder)
  return project
}

/** A command of the command line, to its end. Throws what it said when it fails. */
export async function runHeadlight(argv: string[], folder: string): Promise<void> {
  const child = headlight(argv, folder)
  let errors = ''
  child.stderr?.on('data', (chunk) => (errors += String(chunk)))
  child.stdout?.resume()
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`headlight ${argv[0]} ended with ${code}.\n${errors}`)
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

/** The built command line, with Node 24 from node_modules where it is there: the built program needs that. */
function headlight(argv: string[], folder: string): ChildProcess {
  const local = resolve('node_modules/.bin/node')
  return spawn(existsSync(local) ? local : process.execPath, [resolve('out/main/cli.js'), ...argv], {
    cwd: folder,
    env: programEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  await ended
  clearTimeout(timer)
}
