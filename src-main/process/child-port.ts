import { compact } from './compact'
import type { ToChild, ToParent } from './messages'

/** The child's end of the port to its parent. */
export interface ChildPort {
  send(message: ToParent): void
  onMessage(listener: (message: ToChild) => void): void
  /** The parent is gone. */
  onClose(listener: () => void): void
}

/** What Electron's utilityProcess gives a child, reduced to what is used; declared here since only shell/ knows Electron. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

/** The port that this process was started with. Throws where it was started by hand. */
export function childPort(): ChildPort {
  const parentPort = (process as NodeJS.Process & { parentPort?: ParentPort }).parentPort
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(compact(message)),
      onMessage: (listener) => void parentPort.on('message', (event) => listener(event.data as ToChild)),
      onClose: (listener) => void parentPort.on('close', listener),
    }
  }
  if (!process.send) throw new Error('This program is a part of Headlight and is started by it.')
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    onMessage: (listener) => void process.on('message', (message) => listener(compact(message) as ToChild)),
    onClose: (listener) => void process.on('disconnect', listener),
  }
}
