/** Child processes of the scripts: their output, their exit status, and Ctrl-C. */
import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, delimiter } from 'node:path'
import { nodeBinary, root } from './repository.mjs'

/** A program that is told to end (SIGTERM) has this long, in ms; then it is ended, and its children with it. */
const GRACE_MS = 1700

/**
 * Runs a program in the repository (or in `cwd`) and gives its exit status, 128 + signal where a signal ended it.
 * `output: 'stderr'` keeps its standard output off ours; 'pipe' gives it to `onOutput`.
 */
export function runChild(
  command,
  args,
  { cwd = root, env = {}, output = 'inherit', stderr = 'inherit', timeoutMs, onOutput } = {},
) {
  const stdout = output === 'stderr' ? process.stderr : output
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['inherit', stdout, stderr],
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      // npm is a batch file on Windows.
      shell: process.platform === 'win32' && command === 'npm',
    })
    // They are passed on, and this process waits for what the child makes of them.
    const interrupt = () => child.kill('SIGINT')
    let timer
    const terminate = () => {
      child.kill('SIGTERM')
      timer ??= setTimeout(() => endTree(child.pid), GRACE_MS)
    }
    const hangUp = () => child.kill('SIGHUP')
    process.on('SIGINT', interrupt)
    process.on('SIGTERM', terminate)
    process.on('SIGHUP', hangUp)
    child.stdout?.setEncoding('utf8').on('data', onOutput ?? (() => undefined))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', terminate)
      process.off('SIGHUP', hangUp)
      // A signal that this system has no number for counts as 1.
      resolve(code ?? 128 + (constants.signals[signal] ?? 1))
    })
  })
}

/** Ends a process and everything that it started, without asking. */
function endTree(pid) {
  if (process.platform === 'win32') return spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'])
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const tree = [pid]
  for (const parent of tree) for (const [child, of] of pairs) if (of === parent) tree.push(child)
  for (const each of tree) {
    try {
      process.kill(each, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Runs a script with the program's own Node, which its children find first on the path, too. */
export function runNode(args, options = {}) {
  const node = nodeBinary()
  const path = [dirname(node), process.env.PATH ?? ''].join(delimiter)
  return runChild(node, args, { ...options, env: { PATH: path, ...options.env } })
}
