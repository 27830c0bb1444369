/**
 * Lets a process go on when its terminal is closed: what it still writes there is lost, and nothing else. Without this
 * the first line after a hangup ends the process.
 */
export function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EPIPE, EIO, EBADF: nobody reads any more. Anything else is a fault.
      if (!['EPIPE', 'EIO', 'EBADF', 'ERR_STREAM_DESTROYED'].includes(error.code ?? '')) throw error
    })
  }
}

/**
 * For children: signals to a whole process group (Ctrl-C, a closed terminal, a batch queue that ends a job) are the
 * parent's to answer. It saves through its children and then ends them; should it die, they see their port close.
 */
export function leaveSignalsToParent(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined)
  outliveTerminal()
}
