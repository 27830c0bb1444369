import { EventEmitter } from 'node:events'
import type { EventName, Events } from '@shared/api'

/** What the main side says unasked, to every window that listens. */
export class EventHub {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  emit<Name extends EventName>(name: Name, event: Events[Name]): void {
    this.#emitter.emit(name, event)
  }

  /** Gives the function that stops listening. */
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void {
    this.#emitter.on(name, listener)
    return () => this.#emitter.off(name, listener)
  }
}
