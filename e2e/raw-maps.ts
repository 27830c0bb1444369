/** The raw maps that a page is sent, read from its connection as they travel. */
import type { Page } from '@playwright/test'
import type { MethodId } from '@headlight/explain/methods'
import type { ClientFrame, ServerFrame } from '../src-shared/api/frames'
import type { SampleDetail } from '../src-shared/api/sample'
import { decodeFrame } from '../src-shared/api/wire'

/** Listens from now on: connections that are open already are not seen. */
export function listenForMaps(page: Page) {
  const asked = new Map<number, number>()
  const details = new Map<number, SampleDetail>()
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => {
      const frame = decoded<ClientFrame>(payload)
      if (frame?.kind === 'call' && frame.name === 'sample.detail')
        asked.set(frame.id, (frame.input as { id: number }).id)
    })
    socket.on('framereceived', ({ payload }) => {
      const frame = decoded<ServerFrame>(payload)
      const id = frame?.kind === 'result' ? asked.get(frame.id) : undefined
      if (frame?.kind === 'result' && id !== undefined) details.set(id, frame.output as SampleDetail)
    })
  })
  /** `[patches]`; throws when the page was never sent it. */
  return (id: number, method: MethodId): number[] => {
    const values = details.get(id)?.maps.find((map) => map.method === method)?.values
    if (!values) throw new Error(`The page was not sent ${method} of sample ${id}.`)
    return [...values]
  }
}

function decoded<Frame>(payload: string | Buffer): Frame | null {
  return typeof payload === 'string' ? null : (decodeFrame(payload) as Frame)
}
