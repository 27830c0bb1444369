import { surviveBackgroundFailures } from './background-failures'
import { CallAnswers } from './call-answers'
import { childPort } from './child-port'
import { leaveSignalsToParent } from './outlive-terminal'

export interface ServeOptions {
  /** Called before the process exits, because the parent asked for it or is gone. */
  onStop?: () => Promise<void> | void
}

/**
 * Answers the parent's calls with the methods of `api` and of its parts (call-answers.ts), for as long as the parent lives. Called once, at
 * the end of an entry file.
 */
export function serve(api: object, { onStop }: ServeOptions = {}): void {
  leaveSignalsToParent()
  surviveBackgroundFailures(console.error)
  const port = childPort()
  const answers = new CallAnswers(api, (answer) => port.send(answer))
  let stopping = false

  const stop = async () => {
    if (stopping) return
    stopping = true
    answers.abort()
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
    answers.take(message)
  })
  port.onClose(() => void stop())
  port.send({ kind: 'ready' })
}
