/** The two ways in which frames reach the main side: a WebSocket in a browser, a MessagePort in Electron. */
import { API_PATH, PORT_MESSAGE, type ClientFrame, type ServerFrame } from '@shared/api/frames'
import { decodeFrame, encodeFrame } from '@shared/api/wire'

/** An open way to the main side. `onClose` is called once, when nothing will arrive any more. */
export interface Carrier {
  send(frame: ClientFrame): void
  onFrame(listener: (frame: ServerFrame) => void): void
  onClose(listener: () => void): void
}

export type OpenCarrier = () => Promise<Carrier>

/** Opens the WebSocket of the host that served this page. Rejects when it refuses or cannot be reached. */
export function openSocket(): Promise<Carrier> {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(`${scheme}//${location.host}${API_PATH}`)
  socket.binaryType = 'arraybuffer'
  return new Promise((resolve, reject) => {
    socket.onclose = () => reject(new Error('The connection was refused.'))
    socket.onopen = () =>
      resolve({
        send: (frame) => socket.send(encodeFrame(frame)),
        onFrame(listener) {
          socket.onmessage = (message) => listener(decodeFrame(message.data as ArrayBuffer) as ServerFrame)
        },
        onClose(listener) {
          socket.onclose = listener
        },
      })
  })
}

/** Takes the ports that the preload script posts to this window, one an opening; each may come before or after it. */
export function portOpener(): OpenCarrier {
  let ready = Promise.withResolvers<MessagePort>()
  addEventListener('message', (message) => {
    const port = message.ports[0]
    if (message.source === window && message.data === PORT_MESSAGE && port) ready.resolve(port)
  })
  return async () => {
    const port = await ready.promise
    ready = Promise.withResolvers()
    return portCarrier(port)
  }
}

function portCarrier(port: MessagePort): Carrier {
  return {
    send: (frame) => port.postMessage(frame),
    onFrame(listener) {
      port.onmessage = (message) => listener(message.data as ServerFrame)
    },
    onClose(listener) {
      port.addEventListener('close', listener)
    },
  }
}
