import { compact } from './compact'
import { watchHeartbeat } from './heartbeat'
import type { ToChild, ToParent } from './messages'

/** The child's end of the port to its parent. */
export interface ChildPort {
  send(message: ToParent): void
  onMessage(listener: (message: ToChild) => void): void
  /** The parent is gone. */
  onClose(listener: () => void): void
}

/**
 * What Electron's utilityProcess gives a child (electronjs.org/docs/api/parent-port), reduced to what is used; declared
 * here since only shell/ knows Electron. It has no event for the parent's end.
 */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
}

/** The port that this process was started with. Throws where it was started by hand. */
export function childPort(): ChildPort {
  const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort
  if (parentPort) return utilityPort(parentPort)
  if (!process.send) throw new Error('This program is a part of Headlight and is started by it.')
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(compact(message) as ToChild)),
    onClose: (listener) => void process.on('disconnect', listener),
  }
}

function utilityPort(parentPort: ParentPort): ChildPort {
  const closing: (() => void)[] = []
  const watch = watchHeartbeat(() => closing.forEach((listener) => listener()))
  return {
    send: (message) => parentPort.postMessage(compact(message)),
    onMessage: (listener) =>
      void parentPort.on('message', ({ data }) => {
        const message = data as ToChild
        watch.heard(message.kind === 'beat' ? message.pid : undefined)
        if (message.kind !== 'beat') listener(message)
      }),
    onClose: (listener) => void closing.push(listener),
  }
}
