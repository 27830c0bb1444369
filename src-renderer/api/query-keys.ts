/**
 * Keys of every query, by scope: of the program, of the open project, or of one of its runs. Nothing else writes a key, so
 * that leaving a project forgets one prefix, and deleting a run another.
 */
import type { Query } from '@tanstack/react-query'
import { openProjectPath } from './open-project'

const PROGRAM = 'program'
const PROJECT = 'project'

declare module '@tanstack/react-query' {
  interface Register {
    /** Not a key by itself: types refuse it where a key is wanted, since the scope in front is missing. */
    queryKey: readonly [typeof PROGRAM | typeof PROJECT, ...unknown[]]
  }
}

/** Of the program and this machine: the same whichever project is open. */
export const programKey = (kind: string, ...parts: readonly unknown[]) => [PROGRAM, kind, ...parts] as const

/** Which project is open: of the program, since its answer says what the others are about. */
export const OPEN_PROJECT = programKey('open-project')

/** Of the open project. */
export const projectKey = (kind: string, ...parts: readonly unknown[]) =>
  [PROJECT, openProjectPath(), null, kind, ...parts] as const

/** Of a run of the open project. */
export const runKey = (runId: number, kind: string, ...parts: readonly unknown[]) =>
  [PROJECT, openProjectPath(), runId, kind, ...parts] as const

/** Prefix of everything about any project. */
export const ANY_PROJECT = [PROJECT] as const

/** Prefix of everything about the open project. */
export const openProjectPrefix = () => [PROJECT, openProjectPath()] as const

/** Prefix of everything about a run of the open project. */
export const runPrefix = (runId: number) => [PROJECT, openProjectPath(), runId] as const

/** What a key is about, of whichever scope, and what was asked. */
export function readKey(queryKey: readonly unknown[]): { kind: string; parts: readonly unknown[] } {
  const at = queryKey[0] === PROJECT ? 3 : 1
  return { kind: String(queryKey[at]), parts: queryKey.slice(at + 1) }
}

/** Keeps the last answer in view while the next is fetched, as long as it is about the same run. */
export function ofSameRun(runId: number) {
  return <Data>(previous: Data | undefined, query: Pick<Query, 'queryKey'> | undefined): Data | undefined =>
    query?.queryKey[2] === runId && query.queryKey[1] === openProjectPath() ? previous : undefined
}
