/** What travels between a parent and its child process. */
import type { ErrorValue } from '@shared/errors'

export type ToChild =
  | {
      kind: 'call'
      id: number
      /** Names of the objects that the method lies in, then its own. */
      path: readonly string[]
      args: unknown[]
      /** The last argument carried an AbortSignal; the child puts one of its own in its place. */
      abortable: boolean
    }
  | { kind: 'cancel'; id: number }
  | { kind: 'stop' }
  /** The parent is alive, as the process `pid`; sent where the port does not tell of its end. */
  | { kind: 'beat'; pid: number }

export type ToParent =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; error: ErrorValue }

/** What a caller sends about a call, and what comes back. */
export type Asked = Extract<ToChild, { kind: 'call' | 'cancel' }>
export type Answer = Extract<ToParent, { kind: 'result' | 'failure' }>
