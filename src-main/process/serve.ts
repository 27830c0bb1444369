import { HeadlightError, toErrorValue } from '@shared/errors'
import { childPort } from './child-port'
import { leaveSignalsToParent } from './outlive-terminal'
import { withSignal } from './remote'
import { surviveBackgroundFailures } from './background-failures'

export interface ServeOptions {
  /** Last words before the process exits: the parent asked for it, or is gone. */
  onStop?: () => Promise<void> | void
}

/**
 * Answers the parent's calls with the methods of `api`, for as long as the parent lives. Errors cross as values; an
 * AbortSignal in the last argument's `signal` arrives as a signal. Called once, at the end of an entry file.
 */
export function serve(api: object, { onStop }: ServeOptions = {}): void {
  leaveSignalsToParent()
  surviveBackgroundFailures(console.error)
  const port = childPort()
  const aborts = new Map<number, AbortController>()
  let stopping = false

  const stop = async () => {
    if (stopping) return
    stopping = true
    for (const controller of aborts.values()) controller.abort()
    try {
      await onStop?.()
      process.exit(0)
    } catch (error) {
      console.error(error)
      process.exit(1)
    }
  }

  port.onMessage((message) => {
    if (message.kind === 'stop') return void stop()
    if (message.kind === 'beat') return
    if (message.kind === 'cancel') return aborts.get(message.id)?.abort()
    const { id, method, args, abortable } = message
    const controller = new AbortController()
    aborts.set(id, controller)
    invoke(api, method, abortable ? withSignal(args, controller.signal) : args)
      .then(
        (value) => port.send({ kind: 'result', id, value }),
        (error: unknown) => port.send({ kind: 'failure', id, error: toErrorValue(error) }),
      )
      // A result that cannot be cloned is the caller's to know, too.
      .catch((error: unknown) => port.send({ kind: 'failure', id, error: toErrorValue(error) }))
      .finally(() => aborts.delete(id))
  })
  port.onClose(() => void stop())
  port.send({ kind: 'ready' })
}

async function invoke(api: object, name: string, args: unknown[]): Promise<unknown> {
  const method = name in Object.prototype ? undefined : (api as Record<string, unknown>)[name]
  if (typeof method !== 'function') throw new HeadlightError('internal', `There is no method '${name}'.`)
  return (method as (...args: unknown[]) => unknown).apply(api, args)
}
