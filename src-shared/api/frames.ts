/**
 * The frames that carry the contract, the same over every carrier: as binary WebSocket messages in the browser
 * (see wire.ts, path `/api`), as structured-clone messages over a MessagePort in Electron.
 *
 * Every call is answered by exactly one `result` or `error` frame of the same id, also after a `cancel`.
 */
import type { ErrorValue } from '../errors'
import type { CallInput, CallName, CallOutput } from './contract'
import type { EventName, Events } from './events'

/** Ids are chosen by the window, unique within its connection. */
export type CallId = number

export interface CallFrame<Name extends CallName = CallName> {
  id: CallId
  kind: 'call'
  name: Name
  input: CallInput<Name>
}

/** Aborts the call of this id; unknown and finished ids are ignored. */
export interface CancelFrame {
  id: CallId
  kind: 'cancel'
}

export interface ResultFrame<Name extends CallName = CallName> {
  id: CallId
  kind: 'result'
  output: CallOutput<Name>
}

export interface ErrorFrame {
  id: CallId
  kind: 'error'
  error: ErrorValue
}

export interface EventFrame<Name extends EventName = EventName> {
  kind: 'event'
  name: Name
  event: Events[Name]
}

/** What a window sends. */
export type ClientFrame = CallFrame | CancelFrame
/** What the main side sends. */
export type ServerFrame = ResultFrame | ErrorFrame | EventFrame

/** Where the web host takes the WebSocket connection of the contract. */
export const API_PATH = '/api'

/** The `data` of the window message with which Electron's preload script hands the MessagePort over (`ports[0]`). */
export const PORT_MESSAGE = 'headlight-port'
