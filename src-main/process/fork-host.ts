import { type ChildProcess, fork } from 'node:child_process'
import { compact } from './compact'
import type { ChildHandle, ProcessExit, ProcessHost } from './host'

const LAST_WORDS_CHARACTERS = 4000
/** An ending child closes its channel a moment before it exits. */
const DISCONNECTED_GRACE_MS = 1000

const living = new Set<ChildProcess>()

/** Ends all children without asking, and resolves when they are gone. */
export async function endChildren(): Promise<void> {
  const children = [...living]
  const gone = children.map((child) => new Promise<void>((resolve) => void child.once('exit', () => resolve())))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(gone)
}

/**
 * Children of plain Node. Messages are structured clones ('advanced'), which keep typed arrays binary and write only
 * the part of a buffer that a view shows. The child's standard output goes to the parent's standard error: standard
 * output belongs to the command line's documents.
 */
export const forkHost: ProcessHost = {
  start(entryFile, { args = [], env, execArgv }): ChildHandle {
    const child = fork(entryFile, args, {
      serialization: 'advanced',
      stdio: ['ignore', 2, 'pipe', 'ipc'],
      ...(env ? { env } : {}),
      ...(execArgv ? { execArgv } : {}),
    })
    // A busy child would not see that its parent ended: it is killed with it.
    const end = () => void child.kill('SIGKILL')
    living.add(child)
    process.once('exit', end)
    child.once('exit', () => {
      living.delete(child)
      process.off('exit', end)
    })
    let lastWords = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      process.stderr.write(text)
      lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS)
    })
    // Its last output is lost then; 'exit' tells how it ended.
    child.stderr?.on('error', () => undefined)
    // A child that closed its channel but lives on could never answer: it is ended, and 'exit' tells the rest.
    child.on('disconnect', () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), DISCONNECTED_GRACE_MS)
      child.once('exit', () => clearTimeout(timer))
    })
    return {
      get pid() {
        return child.pid
      },
      send(message) {
        // A failed send means that the child is ending; its exit rejects the calls.
        if (child.connected) child.send(message as object, () => undefined)
      },
      onMessage: (listener) => void child.on('message', (message) => listener(compact(message))),
      onExit(listener) {
        let told = false
        const tell = (exit: ProcessExit) => {
          if (!told) listener(exit)
          told = true
        }
        // 'close' comes after 'exit', when standard error has been read to its end.
        child.on('close', (code, signal) => tell({ code, signal, lastWords }))
        child.on('error', (error) => tell({ code: null, signal: null, lastWords: error.message }))
      },
      kill: () => void child.kill('SIGKILL'),
      keepAlive(alive) {
        for (const handle of [child, child.channel, child.stderr as { ref?(): void; unref?(): void } | null]) {
          if (alive) handle?.ref?.()
          else handle?.unref?.()
        }
      },
    }
  },
}
