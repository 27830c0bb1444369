/** Child processes of the scripts: their output, their exit status, and Ctrl-C. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, delimiter } from 'node:path'
import { nodeBinary, root } from './repository.mjs'

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
    const terminate = () => child.kill('SIGTERM')
    const hangUp = () => child.kill('SIGHUP')
    process.on('SIGINT', interrupt)
    process.on('SIGTERM', terminate)
    process.on('SIGHUP', hangUp)
    child.stdout?.setEncoding('utf8').on('data', onOutput ?? (() => undefined))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', terminate)
      process.off('SIGHUP', hangUp)
      resolve(code ?? 128 + (constants.signals[signal] ?? 1))
    })
  })
}

/** Runs a script with the program's own Node, which its children find first on the path, too. */
export function runNode(args, options = {}) {
  const node = nodeBinary()
  const path = [dirname(node), process.env.PATH ?? ''].join(delimiter)
  return runChild(node, args, { ...options, env: { PATH: path, ...options.env } })
}
