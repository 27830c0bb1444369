/** The compute process; its worker threads, which decode images, start from this file as well. */
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { serve } from '../process/index'

if (isMainThread) {
  // Ctrl-C reaches every process of a terminal; this one ends when its parent is done with it.
  process.on('SIGINT', () => undefined)
  const { Compute, decodePool } = await import('../compute/index')
  serve(new Compute(decodePool(fileURLToPath(import.meta.url))))
} else {
  const { serveDecoding } = await import('../compute/decode-worker')
  serveDecoding()
}
