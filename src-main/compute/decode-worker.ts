/** The decoding side of a worker thread; see decode-pool.ts. */
import { parentPort, type MessagePort, type Transferable } from 'node:worker_threads'
import { toErrorValue, type ErrorValue } from '@shared/errors'
import type { Preprocessing } from '@shared/api'
import type { SampleInput } from './api'
import { decodeSample, type DecodedSample } from './decode-sample'

export interface DecodeTask {
  task: number
  sample: SampleInput
  preprocessing: Preprocessing
}

export type DecodeAnswer = { task: number; decoded: DecodedSample } | { task: number; error: ErrorValue }

/** Answers the tasks of the thread that started this one, for as long as it lives. */
export function serveDecoding(port: MessagePort | null = parentPort): void {
  port?.on('message', ({ task, sample, preprocessing }: DecodeTask) => {
    decodeSample(sample, preprocessing).then(
      (decoded) => port.postMessage({ task, decoded } satisfies DecodeAnswer, buffersOf(decoded)),
      (error: unknown) => port.postMessage({ task, error: toErrorValue(error) } satisfies DecodeAnswer),
    )
  })
}

function buffersOf({ values, mask }: DecodedSample): Transferable[] {
  const arrays = mask ? [values, mask.regions] : [values]
  return arrays.map((array) => array.buffer as ArrayBuffer)
}
