/** One window's connection: reads its frames, calls the service, sends back results, errors and events. */
import { HeadlightError, toErrorValue } from '@shared/errors'
import { type CallInput, type CallName, type Service, calls } from '@shared/api/contract'
import type { EventName } from '@shared/api/events'
import type { CallId, ClientFrame, ServerFrame } from '@shared/api/frames'

/** A two-way line for frames; a WebSocket in the browser, a MessagePort in Electron. */
export interface Carrier {
  send(frame: ServerFrame): void
  /** Frames come from a window and are checked before use. */
  onFrame(listener: (frame: unknown) => void): void
  onClose(listener: () => void): void
}

/** Largest number of calls in progress of one window; a window with more is faulty. */
const MAX_CALLS = 512

const FORWARDED: Record<EventName, true> = {
  'run.progress': true,
  'export.progress': true,
  'evaluation.progress': true,
  'project.changed': true,
  'task.progress': true,
  'annotations.changed': true,
  'views.changed': true,
  'shell.command': true,
  notice: true,
}
/** Every event of the contract: one that is missing here does not compile. */
const EVENT_NAMES = Object.keys(FORWARDED) as EventName[]

/** Serves the contract over one carrier until that closes, which aborts what is still under way. */
export function serveConnection(service: Service, carrier: Carrier): void {
  const underWay = new Map<CallId, AbortController>()

  const answer = async (id: CallId, name: CallName, input: unknown) => {
    const abort = new AbortController()
    underWay.set(id, abort)
    try {
      // The service checks the input against the contract before it uses it.
      const output = await service.call(name, input as CallInput<CallName>, { signal: abort.signal })
      carrier.send({ id, kind: 'result', output })
    } catch (error) {
      carrier.send({ id, kind: 'error', error: toErrorValue(error) })
    } finally {
      underWay.delete(id)
    }
  }

  carrier.onFrame((value) => {
    const frame = readClientFrame(value)
    if (!frame) return
    if (frame.kind === 'cancel') underWay.get(frame.id)?.abort()
    else if (!Object.hasOwn(calls, frame.name)) refuse(carrier, frame.id, `There is no call "${frame.name}".`)
    else if (underWay.has(frame.id)) refuse(carrier, frame.id, `Call ${frame.id} is already under way.`)
    else if (underWay.size >= MAX_CALLS) refuse(carrier, frame.id, 'Too many calls at once.')
    else void answer(frame.id, frame.name, frame.input)
  })

  const stopEvents = EVENT_NAMES.map((name) =>
    service.on(name, (event) => carrier.send({ kind: 'event', name, event })),
  )
  carrier.onClose(() => {
    for (const stop of stopEvents) stop()
    for (const abort of underWay.values()) abort.abort()
  })
}

function refuse(carrier: Carrier, id: CallId, message: string): void {
  carrier.send({ id, kind: 'error', error: toErrorValue(new HeadlightError('usage', message)) })
}

/** A frame of the right outer shape, or null: a frame without an id cannot be answered. */
function readClientFrame(value: unknown): ClientFrame | null {
  if (typeof value !== 'object' || value === null) return null
  const frame = value as Partial<Record<'id' | 'kind' | 'name', unknown>>
  if (typeof frame.id !== 'number' || !Number.isSafeInteger(frame.id)) return null
  if (frame.kind === 'cancel') return value as ClientFrame
  return frame.kind === 'call' && typeof frame.name === 'string' ? (value as ClientFrame) : null
}
