import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, vi } from 'vitest'
import { sharedBackend } from '../../service/testing/built-backend'
import { ownFolder } from '../../service/testing/own-folder'
import { runCommandLine } from '../main'

/**
 * The command line for one test file: the real two processes, started once, and a folder of its own, removed at the end.
 * `said` holds what the last command of a test wrote.
 */
export function commandLine() {
  const folder = ownFolder()
  const processes = sharedBackend()
  const said = { printed: '', noted: '' }
  const clear = () => Object.assign(said, { printed: '', noted: '' })
  beforeEach(() => {
    clear()
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((said.printed += String(text))))
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((said.noted += String(text))))
  })
  afterEach(() => void vi.restoreAllMocks())
  afterAll(async () => {
    await processes.end()
    rmSync(folder, { recursive: true })
  })
  /** Gives the exit status. */
  const headlight = (...args: string[]): Promise<number> => {
    clear()
    return runCommandLine(args, processes.start)
  }
  return { folder, processes, said, headlight }
}
