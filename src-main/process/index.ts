/** Typed child processes: `serve` in the child, `spawnProcess` in the parent. */
export { compact } from './compact'
export { forkHost } from './fork-host'
export type { ChildHandle, ProcessExit, ProcessHost, StartOptions } from './host'
export { startBeating } from './heartbeat'
export type { Remote } from './remote'
export { serve, type ServeOptions } from './serve'
export { spawnProcess, type ChildProcess, type SpawnOptions } from './spawn'
export { outliveTerminal } from './outlive-terminal'
