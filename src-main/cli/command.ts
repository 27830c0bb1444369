import type { ParseArgsOptionsConfig } from 'node:util'
import type { Backend } from '../service/backend'
import type { Output } from './output'

/** Values of the options as parseArgs gives them. */
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

/** One command of the command line. */
export interface Command {
  name: string
  /** One line for the list of commands. */
  summary: string
  /** What follows the name, for the help. */
  usage: string
  options: ParseArgsOptionsConfig
  /** Number of arguments that are not options: exactly so many, or any. */
  arguments: number | 'any'
  /** Gives the exit status. Throws HeadlightError for everything that a user can understand. */
  execute(context: CommandContext): Promise<number>
}

export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const
