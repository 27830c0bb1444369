import type { HeadlightError } from '@shared/errors'
import { CallAnswers } from './call-answers'
import { CallLedger } from './call-ledger'
import { compact } from './compact'
import type { Answer, Asked } from './messages'

type Message = Asked | Answer

interface Port {
  postMessage(message: unknown, transferred: ArrayBuffer[]): void
  on(event: 'message', listener: (message: Message) => void): unknown
}

/** One end of the port between two threads: both ends answer calls with an api of their own, and call the other's. */
export class Peer {
  readonly #ledger: CallLedger

  /** `onSettled` hears of every answer that came. */
  constructor(port: Port, api: object, onSettled: () => void = () => undefined) {
    const send = (message: Message) => {
      const made: ArrayBuffer[] = []
      const compacted = compact(message, (buffer) => made.push(buffer))
      port.postMessage(compacted, made)
    }
    const answers = new CallAnswers(api, send)
    // Without a limit: a paused export holds its call for as long as it is paused.
    this.#ledger = new CallLedger(send, Infinity)
    this.#ledger.open()
    port.on('message', (message) => {
      if (message.kind === 'call' || message.kind === 'cancel') return answers.take(message)
      this.#ledger.answer(message)
      onSettled()
    })
  }

  /** Calls that the other end has not answered. */
  get pending(): number {
    return this.#ledger.pending
  }

  /** Calls a method of the other end's api, or of an object in it. */
  call(path: readonly string[], args: unknown[]): Promise<unknown> {
    return this.#ledger.call(path, args)
  }

  /** The other end is gone: rejects everything that is pending, and every later call. */
  close(failure: HeadlightError): void {
    this.#ledger.close(failure)
  }
}
