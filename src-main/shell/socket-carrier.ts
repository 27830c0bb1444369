/** The contract's frames over a WebSocket, as binary MessagePack messages. */
import type { WebSocket } from 'ws'
import { MESSAGE_LIMITS } from '@shared/api/limits'
import { decodeFrame, encodeFrame } from '@shared/api/wire'
import type { Carrier } from './connection'

/** Events are dropped, results kept, while more than this waits to be sent: a stalled window catches up by itself. */
const STALLED_BYTES = 4 * 2 ** 20

const UNSUPPORTED_DATA = 1003

/** Wraps an open socket. A message that is not a frame closes it: a window never sends one. */
export function socketCarrier(socket: WebSocket): Carrier {
  return {
    send(frame) {
      if (socket.readyState !== socket.OPEN) return
      if (frame.kind === 'event' && socket.bufferedAmount > STALLED_BYTES) return
      socket.send(encodeFrame(frame))
    },
    onFrame(listener) {
      socket.on('message', (message, isBinary) => {
        const frame = isBinary && message instanceof Uint8Array ? tryDecode(message) : undefined
        if (frame === undefined) socket.close(UNSUPPORTED_DATA, 'Binary frames only.')
        else listener(frame)
      })
    },
    onClose(listener) {
      socket.on('close', listener)
      // An error is always followed by 'close'; without a listener it would end the process.
      socket.on('error', () => socket.terminate())
    },
  }
}

/** Undefined for what is not a message of the contract. */
function tryDecode(message: Uint8Array): unknown {
  try {
    return decodeFrame(message, MESSAGE_LIMITS)
  } catch {
    return undefined
  }
}
