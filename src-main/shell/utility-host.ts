import { type UtilityProcess, utilityProcess } from 'electron'
import { type ChildHandle, type ProcessExit, type ProcessHost, type ToChild, compact, startBeating } from '../process'

const LAST_WORDS_CHARACTERS = 4000

/** Children of the desktop application, run by Electron's own Node. */
export const utilityHost: ProcessHost = {
  start(entryFile, { name, args = [], env, execArgv }): ChildHandle {
    const child = utilityProcess.fork(entryFile, args, {
      serviceName: `Headlight ${name}`,
      stdio: ['ignore', 'inherit', 'pipe'],
      ...(env ? { env } : {}),
      ...(execArgv ? { execArgv } : {}),
    })
    let ended = false
    let lastWords = ''
    const note = (text: string) => (lastWords = (lastWords + text).slice(-LAST_WORDS_CHARACTERS))
    child.stderr?.on('data', (bytes: Buffer) => {
      process.stderr.write(bytes)
      note(bytes.toString('utf8'))
    })
    // A pipe that breaks as the child dies is ignored: 'exit' follows.
    child.stderr?.on('error', () => undefined)
    // Emitted when V8 aborts, for example without memory; without a listener it would end the main process. 'exit' follows. The
    // report is not kept: it holds the environment.
    child.on('error', (type, location) => note(`\n${type} in V8: ${location}\n`))
    const stopBeating = startBeating(() => {
      if (!ended) child.postMessage({ kind: 'beat', pid: process.pid } satisfies ToChild)
    })
    return {
      get pid() {
        return child.pid
      },
      send(message) {
        if (!ended) child.postMessage(compact(message))
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit(listener) {
        child.on('exit', (code) => {
          ended = true
          stopBeating()
          listener(exitOf(code, lastWords))
        })
      },
      kill: () => killNow(child),
      // Electron lives as long as its windows, whatever its children do.
      keepAlive: () => undefined,
    }
  },
}

function exitOf(code: number, lastWords: string): ProcessExit {
  return { code, signal: null, lastWords }
}

/** `kill` sends SIGTERM, which a process that hangs in native code does not handle. */
function killNow(child: UtilityProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch {
    // It has ended, or may not be signalled; Electron reports its end.
    child.kill()
  }
}
