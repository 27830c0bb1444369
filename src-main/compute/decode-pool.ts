/**
 * Decoding in worker threads. Running a graph blocks the thread that it is called from; with the decoding elsewhere,
 * the next batch is ready when the running one is done.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { fromErrorValue } from '@shared/errors'
import { decodeSample, type DecodeSample, type DecodedSample } from './decode-sample'
import type { DecodeAnswer, DecodeTask } from './decode-worker'

interface Pending {
  resolve(decoded: DecodedSample): void
  reject(error: Error): void
  /** Does the task in this thread instead. */
  again(): void
}

interface Member {
  worker: Worker
  pending: Map<number, Pending>
}

const MAX_WORKERS = 8

/** A `DecodeSample` that spreads over the cores. `entryFile` calls `serveDecoding` when it runs in a worker. */
export function decodePool(entryFile: string, size = Math.min(MAX_WORKERS, availableParallelism())): DecodeSample {
  let members: Member[] | null = null
  let nextTask = 1

  const start = (): Member => {
    const member: Member = { worker: new Worker(entryFile), pending: new Map() }
    member.worker.on('message', (answer: DecodeAnswer) => {
      const pending = member.pending.get(answer.task)
      member.pending.delete(answer.task)
      if (member.pending.size === 0) member.worker.unref()
      if ('decoded' in answer) pending?.resolve(answer.decoded)
      else pending?.reject(fromErrorValue(answer.error))
    })
    member.worker.on('error', (error) => console.error(error))
    // A worker that ended is not replaced: without workers, this thread decodes.
    member.worker.on('exit', () => {
      members = members?.filter((other) => other !== member) ?? null
      for (const pending of member.pending.values()) pending.again()
    })
    member.worker.unref()
    return member
  }

  return (sample, preprocessing) => {
    members ??= Array.from({ length: size }, start)
    const [first, ...others] = members
    if (!first) return decodeSample(sample, preprocessing)
    const leastBusy = others.reduce((best, other) => (other.pending.size < best.pending.size ? other : best), first)
    const task = nextTask++
    return new Promise((resolve, reject) => {
      const again = () => void decodeSample(sample, preprocessing).then(resolve, reject)
      leastBusy.pending.set(task, { resolve, reject, again })
      leastBusy.worker.ref()
      leastBusy.worker.postMessage({ task, sample, preprocessing } satisfies DecodeTask)
    })
  }
}
