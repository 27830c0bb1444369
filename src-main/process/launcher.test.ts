/** The launcher that is told to end ends what it started, and what that started, even where these will not. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const DEAF = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`
/** Deaf to SIGTERM, with a deaf child of its own; says both process ids. */
const PROGRAM = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', ${JSON.stringify(DEAF)}]);
  child.on('spawn', () => setTimeout(() => console.log(process.pid + ' ' + child.pid), 500));
  ${DEAF}`

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it.skipIf(process.platform === 'win32')('SIGTERM leaves no child, however deaf', async () => {
  const runChild = pathToFileURL(resolve('scripts/lib/child.mjs')).href
  const launcher = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { runChild } from ${JSON.stringify(runChild)}
     process.exitCode = await runChild(process.execPath, ['-e', ${JSON.stringify(PROGRAM)}])`,
  ])
  const [said] = (await once(launcher.stdout.setEncoding('utf8'), 'data')) as [string]
  const pids = said.trim().split(' ').map(Number)
  expect(pids).toHaveLength(2)
  expect(pids.every(isAlive)).toBe(true)
  launcher.kill('SIGTERM')
  const [code] = (await once(launcher, 'exit')) as [number | null]
  expect(code).toBe(128 + 9)
  // The grandchild is nobody's to wait for: it is gone a moment later.
  await expect.poll(() => pids.filter((pid) => isAlive(pid) && !isZombie(pid))).toEqual([])
})

/** Dead, and only not yet noted by whoever inherited it. */
function isZombie(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim().startsWith('Z')
}
