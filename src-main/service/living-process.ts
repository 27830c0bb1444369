import { HeadlightError } from '@shared/errors'
import type { ChildProcess, ProcessExit, Remote } from '../process'

/** A child process that is started when it is needed, and again after it died. */
export class LivingProcess<Api> {
  readonly #spawn: () => ChildProcess<Api>
  readonly #onDeath: (exit: ProcessExit) => void
  #current: ChildProcess<Api> | null = null
  readonly #ended = new WeakSet<ChildProcess<Api>>()
  #disposed = false

  /** `onDeath` hears of every end that was not asked for. */
  constructor(spawn: () => ChildProcess<Api>, onDeath: (exit: ProcessExit) => void = () => undefined) {
    this.#spawn = spawn
    this.#onDeath = onDeath
  }

  get pid(): number | undefined {
    return this.#current?.pid
  }

  /** The api of the living process. Once that died, everything it gave rejects with 'process-died'. */
  acquire(): Remote<Api> {
    if (this.#disposed) throw new HeadlightError('process-died', 'Headlight is closing.')
    if (this.#current) return this.#current.api
    const child = this.#spawn()
    this.#current = child
    void child.exited.then((exit) => {
      if (this.#current === child) this.#current = null
      if (!this.#disposed && !this.#ended.has(child)) this.#onDeath(exit)
    })
    return child.api
  }

  /** Ends the living one at once, whatever it does; the next `acquire` starts another. */
  end(): void {
    const child = this.#current
    if (!child) return
    this.#ended.add(child)
    this.#current = null
    child.kill()
  }

  /** Ends it, and waits for that. */
  async dispose(): Promise<void> {
    this.#disposed = true
    await this.#current?.dispose()
  }
}
