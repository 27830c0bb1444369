/**
 * The service contract: every call and event between the window and the main side, once.
 * Inputs are checked with the zod schema at the boundary; outputs are typed. Bulk numbers travel as typed arrays.
 */
import type { z } from 'zod'
import { annotationCalls } from './annotation-calls'
import { appCalls } from './app-calls'
import { evaluationCalls } from './evaluations'
import type { EventName, Events } from './events'
import { exportCalls } from './exports'
import { figureCalls } from './figures'
import { modelCalls } from './model-calls'
import { projectCalls } from './project-calls'
import { runCalls } from './run-calls'
import { sampleCalls } from './sample-calls'
import { statisticsCalls } from './statistics-calls'
import { viewCalls } from './views'

export const calls = {
  ...appCalls,
  ...modelCalls,
  ...projectCalls,
  ...runCalls,
  ...sampleCalls,
  ...statisticsCalls,
  ...annotationCalls,
  ...viewCalls,
  ...exportCalls,
  ...evaluationCalls,
  ...figureCalls,
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<Name extends CallName> = z.input<Calls[Name]['input']>
export type CallOutput<Name extends CallName> = Calls[Name]['output']

export interface CallOptions {
  signal?: AbortSignal
}

/** The contract as an object: implemented once by the main side, consumed by every client. */
export interface Service {
  call<Name extends CallName>(name: Name, input: CallInput<Name>, options?: CallOptions): Promise<CallOutput<Name>>
  on<Name extends EventName>(name: Name, listener: (event: Events[Name]) => void): () => void
}
