/** One installation or build at a time, also where several commands are started at once. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 200

/** Runs `action` while holding the lock file; waits for a living holder, takes over from a dead one. */
export async function withLock(file, action) {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) await sleep(POLL_MS)
  try {
    return await action()
  } finally {
    rmSync(file, { force: true })
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    if (!holderLives(file)) rmSync(file, { force: true })
    return false
  }
}

function holderLives(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    // The holder may have finished between the two calls, or belong to another user.
    return error.code === 'EPERM'
  }
}
