import type { ClientFrame, ServerFrame } from '@shared/api/frames'
import { describe, expect, it, vi } from 'vitest'
import type { Carrier } from './carriers'
import { type ConnectionState, createClient } from './client'

/** A carrier under the test's control. */
function wire() {
  const sent: ClientFrame[] = []
  let receive: (frame: ServerFrame) => void = () => undefined
  let close = () => undefined as void
  const carrier: Carrier = {
    send: (frame) => sent.push(frame),
    onFrame: (listener) => (receive = listener),
    onClose: (listener) => (close = listener),
  }
  return { sent, carrier, receive: (frame: ServerFrame) => receive(frame), close: () => close() }
}

describe('client', () => {
  it('sends a call that was made before the connection, and gives its answer', async () => {
    const { sent, carrier, receive } = wire()
    const client = createClient(() => Promise.resolve(carrier))
    const answer = client.call('app.recent', {})
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    receive({ id: 1, kind: 'result', output: [] })
    expect(await answer).toEqual([])
  })

  it('rejects with the error of the main side', async () => {
    const { sent, carrier, receive } = wire()
    const client = createClient(() => Promise.resolve(carrier))
    const answer = client.call('project.open', { path: '/x' })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    receive({ id: 1, kind: 'error', error: { code: 'not-found', message: 'There is no project here.' } })
    await expect(answer).rejects.toMatchObject({ code: 'not-found', message: 'There is no project here.' })
  })

  it('rejects pending and new calls when the connection is lost, then reconnects', async () => {
    const [first, second] = [wire(), wire()]
    const open = vi.fn().mockResolvedValueOnce(first.carrier).mockResolvedValue(second.carrier)
    const client = createClient(open)
    const states: ConnectionState[] = []
    client.onState((state) => states.push(state))
    const pending = client.call('app.info', {})
    await vi.waitFor(() => expect(first.sent).toHaveLength(1))
    first.close()
    await expect(pending).rejects.toMatchObject({ code: 'process-died' })
    await expect(client.call('app.info', {})).rejects.toMatchObject({ code: 'process-died' })
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'open', 'lost', 'open']))
  })

  it('carries an abort to the main side', async () => {
    const { sent, carrier, receive } = wire()
    const client = createClient(() => Promise.resolve(carrier))
    const abort = new AbortController()
    const answer = client.call('model.certify', { path: '/m.onnx' }, { signal: abort.signal })
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    abort.abort()
    expect(sent[1]).toEqual({ id: 1, kind: 'cancel' })
    receive({ id: 1, kind: 'error', error: { code: 'cancelled', message: 'Cancelled.' } })
    await expect(answer).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('hands events to their listeners until they leave', async () => {
    const { carrier, receive } = wire()
    const client = createClient(() => Promise.resolve(carrier))
    await vi.waitFor(() => client.onState((state) => expect(state).toBe('open')))
    const listener = vi.fn()
    const leave = client.on('notice', listener)
    const event = { level: 'info', message: 'Hello.' } as const
    receive({ kind: 'event', name: 'notice', event })
    leave()
    receive({ kind: 'event', name: 'notice', event })
    expect(listener).toHaveBeenCalledExactlyOnceWith(event)
  })
})
