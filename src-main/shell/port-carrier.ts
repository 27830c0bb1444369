/** The contract's frames over a message port, as structured clones. */
import type { Carrier } from './connection'

/** The common part of Electron's MessagePortMain and Node's MessagePort. */
export interface FramePort {
  postMessage(frame: unknown): void
  onMessage(listener: (frame: unknown) => void): void
  onClose(listener: () => void): void
}

/** The part of Electron's MessagePortMain that is used; it wraps messages in an event, and starts on demand. */
export interface ElectronPort {
  postMessage(frame: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
}

export function portCarrier(port: FramePort): Carrier {
  let open = true
  port.onClose(() => (open = false))
  return {
    send(frame) {
      if (open) port.postMessage(frame)
    },
    onFrame: (listener) => port.onMessage(listener),
    onClose: (listener) => port.onClose(listener),
  }
}

export function electronPort(port: ElectronPort): FramePort {
  return {
    postMessage: (frame) => port.postMessage(frame),
    onMessage(listener) {
      port.on('message', (event) => listener(event.data))
      port.start()
    },
    onClose: (listener) => void port.on('close', listener),
  }
}
