/** The one thing that differs between Node's child_process and Electron's utilityProcess: starting and talking to a child. */

export interface ProcessExit {
  code: number | null
  /** Name of the signal that ended it, where the platform tells. */
  signal: string | null
  /** The last lines that it wrote to standard error. */
  lastWords: string
}

export interface StartOptions {
  /** What it is called in messages to the user: "compute", "library". */
  name: string
  args?: string[]
  /** Replaces the parent's environment where given. */
  env?: NodeJS.ProcessEnv
  /** Options of the Node executable itself. */
  execArgv?: string[]
}

/** A running child, whatever started it. */
export interface ChildHandle {
  readonly pid: number | undefined
  /** Sends a structured clone. After the child's end it does nothing. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the child has ended or can no longer be talked to. */
  onExit(listener: (exit: ProcessExit) => void): void
  /** Ends it at once, without asking. */
  kill(): void
  /** Lets the parent exit while this child only waits (`false`), or keeps the parent alive (`true`). */
  keepAlive(alive: boolean): void
}

export interface ProcessHost {
  start(entryFile: string, options: StartOptions): ChildHandle
}
