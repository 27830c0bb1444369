/** The contract as the window uses it: calls with answers, events, and a connection that heals itself. */
import type { CallInput, CallName, CallOptions, CallOutput, EventName, Service } from '@shared/api'
import type { ServerFrame } from '@shared/api/frames'
import { HeadlightError, fromErrorValue } from '@shared/errors'
import type { Carrier, OpenCarrier } from './carriers'

export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface Client extends Service {
  /** Called with every change of the connection; `lost` lasts until a reconnection worked. */
  onState(listener: (state: ConnectionState) => void): () => void
  /** Tries again now instead of waiting for the next attempt. */
  reconnect(): void
}

interface Pending {
  resolve(output: unknown): void
  reject(error: Error): void
}

/** Milliseconds before each further attempt; the last one repeats. */
const RETRY_AFTER_MS = [250, 500, 1000, 2000, 4000]

/**
 * A client that opens its carrier at once and again whenever it closes. Calls made before the first connection wait
 * for it; a lost connection rejects every pending and every new call with 'process-died', so that nothing hangs.
 */
export function createClient(open: OpenCarrier): Client {
  const pending = new Map<number, Pending>()
  const listeners = new Map<EventName, Set<(event: never) => void>>()
  const stateListeners = new Set<(state: ConnectionState) => void>()
  let nextId = 1
  let attempts = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let carrier: Carrier | null = null
  let state: ConnectionState = 'connecting'
  let waiting: (() => void)[] = []

  function setState(next: ConnectionState) {
    if (next === state) return
    state = next
    for (const listener of stateListeners) listener(next)
  }

  async function connect() {
    clearTimeout(timer)
    try {
      const opened = await open()
      opened.onFrame(receive)
      opened.onClose(lose)
      carrier = opened
      attempts = 0
      setState('open')
    } catch {
      lose()
    }
    for (const go of waiting.splice(0)) go()
  }

  function lose() {
    carrier = null
    for (const [id, call] of pending) {
      pending.delete(id)
      call.reject(connectionLost())
    }
    setState('lost')
    timer = setTimeout(() => void connect(), RETRY_AFTER_MS[Math.min(attempts++, RETRY_AFTER_MS.length - 1)])
  }

  function receive(frame: ServerFrame) {
    if (frame.kind === 'event') {
      for (const listener of listeners.get(frame.name) ?? []) listener(frame.event as never)
      return
    }
    const call = pending.get(frame.id)
    pending.delete(frame.id)
    if (frame.kind === 'result') call?.resolve(frame.output)
    else call?.reject(fromErrorValue(frame.error))
  }

  async function call<Name extends CallName>(
    name: Name,
    input: CallInput<Name>,
    options: CallOptions = {},
  ): Promise<CallOutput<Name>> {
    if (state === 'connecting') await new Promise<void>((go) => (waiting = [...waiting, go]))
    const to = carrier
    if (!to) throw connectionLost()
    options.signal?.throwIfAborted()
    const id = nextId++
    const answer = new Promise<unknown>((resolve, reject) => pending.set(id, { resolve, reject }))
    options.signal?.addEventListener('abort', () => pending.has(id) && carrier?.send({ id, kind: 'cancel' }))
    to.send({ id, kind: 'call', name, input })
    return (await answer) as CallOutput<Name>
  }

  void connect()
  return {
    call,
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => void set.delete(listener)
    },
    onState(listener) {
      stateListeners.add(listener)
      listener(state)
      return () => void stateListeners.delete(listener)
    },
    reconnect() {
      if (state === 'lost') void connect()
    },
  }
}

function connectionLost(): HeadlightError {
  return new HeadlightError('process-died', 'The connection to Headlight was lost; it is being restored.')
}
