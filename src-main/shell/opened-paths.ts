import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * Files and folders that the program was started with, absolute. `argv` is the whole command line of the process;
 * `ownArguments` of it are the program itself. Options of Chromium and names of what is not there are passed over.
 */
export function openedPaths(argv: readonly string[], ownArguments: number, folder: string): string[] {
  return argv
    .slice(ownArguments)
    .filter((argument) => argument !== '' && !argument.startsWith('-'))
    .map((argument) => resolve(folder, argument))
    .filter((path) => existsSync(path))
}

/** The paths that a second start of the program handed over; anything else that arrives is not a path. */
export function handedPaths(additionalData: unknown): string[] {
  const { paths } = (additionalData ?? {}) as { paths?: unknown }
  return Array.isArray(paths) ? paths.filter((path): path is string => typeof path === 'string') : []
}
