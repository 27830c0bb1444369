import type { Backend } from '../service/backend'
import type { Output } from './output'

/** Values of the options that were given, by their names without the dashes: text, every text of several, true. */
export type OptionValues = Record<string, string | boolean | (string | boolean)[] | undefined>

export interface CommandContext {
  options: OptionValues
  positionals: string[]
  output: Output
  /** Started on first use, ended when the command is done. */
  backend(): Backend
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
}

/** Runs a command; gives the exit status. Throws HeadlightError for everything that a user can understand. */
export type Execute = (context: CommandContext) => Promise<number>

export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const
