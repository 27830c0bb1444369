import { HeadlightError } from '@shared/errors'
import { CallLedger } from './call-ledger'
import { forkHost } from './fork-host'
import type { ProcessExit, ProcessHost, StartOptions } from './host'
import type { ToParent } from './messages'
import { remoteOf, type Remote } from './remote'

export interface SpawnOptions extends StartOptions {
  /** Starts the child; plain Node unless told otherwise. */
  host?: ProcessHost
  /** Calls that may be under way at once; further ones wait in order. */
  maxUnderWay?: number
  /** How long `dispose` waits for the child to end by itself. */
  graceMs?: number
}

export interface ChildProcess<Api> {
  /** Every method of the child's api, and of the objects in it. A child that dies rejects all pending calls with 'process-died'. */
  api: Remote<Api>
  readonly pid: number | undefined
  /** Settles when the child has ended, for whatever reason; never rejects. */
  exited: Promise<ProcessExit>
  /** Ends the child without asking. */
  kill(): void
  /** Rejects pending calls, asks the child to end, and kills it when it does not within the grace time. */
  dispose(): Promise<void>
}

const DEFAULT_MAX_UNDER_WAY = 16
const DEFAULT_GRACE_MS = 5000

/** Starts `entryFile`, which is expected to call `serve`, and gives its api. Calls made before it is ready wait. */
export function spawnProcess<Api>(entryFile: string, options: SpawnOptions): ChildProcess<Api> {
  const { host = forkHost, maxUnderWay = DEFAULT_MAX_UNDER_WAY, graceMs = DEFAULT_GRACE_MS, name } = options
  const child = host.start(entryFile, options)
  const ledger = new CallLedger((message) => child.send(message), maxUnderWay)

  child.onMessage((message) => {
    const incoming = message as ToParent
    if (incoming.kind === 'ready') ledger.open()
    else ledger.answer(incoming)
    if (ledger.pending === 0) child.keepAlive(false)
  })
  const exited = new Promise<ProcessExit>((resolve) => {
    child.onExit((exit) => {
      ledger.close(diedError(name, exit))
      resolve(exit)
    })
  })

  return {
    api: remoteOf<Api>((path, args) => {
      const answer = ledger.call(path, args)
      if (ledger.pending > 0) child.keepAlive(true)
      return answer
    }),
    get pid() {
      return child.pid
    },
    exited,
    kill: () => child.kill(),
    async dispose() {
      ledger.close(new HeadlightError('process-died', `The ${name} process was closed.`))
      child.keepAlive(true)
      child.send({ kind: 'stop' })
      const timer = setTimeout(() => child.kill(), graceMs)
      await exited
      clearTimeout(timer)
    },
  }
}

function diedError(name: string, exit: ProcessExit): HeadlightError {
  const how = exit.signal
    ? `signal ${exit.signal}`
    : exit.code === null
      ? 'it could not be started'
      : `exit code ${exit.code}`
  return new HeadlightError('process-died', `The ${name} process ended unexpectedly (${how}).`, {
    cause: exit.lastWords || undefined,
  })
}
