/** A window reduced to its side of the frames, over either carrier, for tests of the main side. */
import { MessageChannel } from 'node:worker_threads'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Service } from '@shared/api'
import { API_PATH, type ClientFrame, type ResultFrame, type ServerFrame } from '@shared/api/frames'
import { decodeFrame, encodeFrame } from '@shared/api/wire'
import { fromErrorValue } from '@shared/errors'
import { serveConnection } from '../connection'
import { portCarrier } from '../port-carrier'

export interface ContractClient extends Service {
  /** Sends any frame at all. */
  sendRaw(frame: object): void
  /** The next frame that answers this id. */
  answerTo(id: number): Promise<ServerFrame>
  close(): void
}

interface Line {
  send(frame: object): void
  close(): void
}

/** Connects to a web host as a browser does: the token for a cookie, then the socket. */
export async function connectSocket(url: string): Promise<ContractClient> {
  const { origin, host } = new URL(url)
  const cookie = (await fetch(url)).headers.get('set-cookie')?.split(';')[0] ?? ''
  const socket = new WebSocket(`ws://${host}${API_PATH}`, { origin, headers: { cookie } })
  await once(socket, 'open')
  return client({ send: (frame) => socket.send(encodeFrame(frame)), close: () => socket.close() }, (receive) =>
    socket.on('message', (message: Buffer) => receive(decodeFrame(message) as ServerFrame)),
  )
}

/** Connects to the service over a message channel; Node's stands for Electron's. */
export function connectPort(service: Service): ContractClient {
  const { port1, port2 } = new MessageChannel()
  const carrier = portCarrier({
    postMessage: (frame) => port1.postMessage(frame),
    onMessage: (listener) => void port1.on('message', listener),
    onClose: (listener) => void port1.on('close', listener),
  })
  serveConnection(service, carrier)
  return client({ send: (frame) => port2.postMessage(frame), close: () => port2.close() }, (receive) =>
    port2.on('message', receive),
  )
}

function client(line: Line, listen: (receive: (frame: ServerFrame) => void) => void): ContractClient {
  const frames = new EventTarget()
  let nextId = 1
  listen((frame) => {
    const type = frame.kind === 'event' ? `event ${frame.name}` : `answer ${frame.id}`
    frames.dispatchEvent(new CustomEvent(type, { detail: frame }))
  })
  const answerTo = (id: number) =>
    new Promise<ServerFrame>((resolve) =>
      frames.addEventListener(`answer ${id}`, (event) => resolve((event as CustomEvent<ServerFrame>).detail), {
        once: true,
      }),
    )
  return {
    answerTo,
    sendRaw: (frame) => line.send(frame),
    close: () => line.close(),
    async call(name, input, options) {
      const id = nextId++
      const answer = answerTo(id)
      line.send({ id, kind: 'call', name, input } satisfies ClientFrame)
      options?.signal?.addEventListener('abort', () => line.send({ id, kind: 'cancel' }))
      const frame = await answer
      if (frame.kind === 'error') throw fromErrorValue(frame.error)
      return (frame as ResultFrame).output
    },
    on(name, listener) {
      const heard = (event: Event) => listener((event as CustomEvent).detail.event)
      frames.addEventListener(`event ${name}`, heard)
      return () => frames.removeEventListener(`event ${name}`, heard)
    },
  }
}
