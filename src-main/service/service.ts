import { join } from 'node:path'
import { HeadlightError, toErrorValue } from '@shared/errors'
import {
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type Events,
  type Service,
  calls,
} from '@shared/api'
import { Certificates } from '../runs/certificates'
import { RunQueue } from '../runs/run-queue'
import { Runs } from '../runs/runs'
import { annotationHandlers } from './annotation-calls'
import { appCalls } from './app-calls'
import type { Backend } from './backend'
import { certificateStore } from './certificate-store'
import { tellDeaths } from './deaths'
import { evaluationCallHandlers } from './evaluation-calls'
import { EvaluationJobs } from './evaluation-jobs'
import { EventHub } from './events'
import { exportCallHandlers } from './export-calls'
import { ExportJobs } from './export-jobs'
import { ExportThread } from './export-thread'
import { figureCalls } from './figure-calls'
import type { Handlers, ServiceContext } from './handlers'
import { HeadsByHand } from './heads-by-hand'
import { type Media, createMedia } from './media'
import { programFolder } from '../process/program-folder'
import { dataFolder, findDemo, readVersion } from './places'
import { programLog } from './program-log'
import { openProject, projectCalls } from './project-calls'
import { RecentProjects } from './recent-projects'
import { runCalls } from './run-calls'
import { runEvents } from './run-events'
import { sampleCalls } from './sample-calls'
import { viewCalls } from './view-calls'

export interface HostedService extends Service {
  media: Media
  /** Opens a project before any window asks. */
  open(path: string): Promise<void>
  /** Asks the window to take a project, a model or a dataset, now or when one opens. */
  offer(path: string): void
  /** Tells every window. */
  tell<Name extends EventName>(name: Name, event: Events[Name]): void
  /** Finishes the batches under way and closes the project. The processes are the backend's to end. */
  close(): Promise<void>
}

/** The contract over the two processes of `backend`. */
export function createService(backend: Backend, shell: 'electron' | 'browser'): HostedService {
  const { library, compute } = backend
  const program = programFolder()
  const version = readVersion(program)
  programLog().write('info', 'started', { shell, version, platform: process.platform, node: process.versions.node })
  const hub = new EventHub()
  const events = runEvents(hub, library)
  const certificates = new Certificates(compute, certificateStore())
  const runs = new Runs({ library, compute, certificates, ...events })
  const queue = new RunQueue({ library, runs, ...events })
  tellDeaths(backend, hub)
  const exporting = new ExportThread(library, compute, { ...backend.exportThread, program: `Headlight ${version}` })
  const context: ServiceContext = {
    library,
    compute,
    certificates,
    queue,
    exports: new ExportJobs(library, exporting, (job) => hub.emit('export.progress', job)),
    drawing: exporting,
    evaluations: new EvaluationJobs({
      ...{ library, compute },
      onChange: (info) => hub.emit('evaluation.progress', info),
    }),
    summaries: () => exporting.evaluations,
    byHand: new HeadsByHand(library, compute),
    recent: new RecentProjects(),
    demo: findDemo(program),
    demoProject: join(dataFolder(), 'Demo.headlight'),
    version,
    opened: [],
    shell,
    emit: (name, event) => hub.emit(name, event),
  }
  const handlers: Handlers = {
    ...appCalls(context),
    ...projectCalls(context),
    ...runCalls(context),
    ...sampleCalls(context),
    ...annotationHandlers(context),
    ...figureCalls(context),
    ...viewCalls(context),
    ...exportCallHandlers(context),
    ...evaluationCallHandlers(context),
  }
  return {
    call: (name, input, options) => answer(handlers, name, input, options?.signal),
    on: (name, listener) => hub.on(name, listener),
    media: createMedia(library, compute),
    open: async (path) => void (await openProject(context, path)),
    offer(path) {
      context.opened.push(path)
      hub.emit('shell.command', { command: 'open' })
    },
    tell: (name, event) => hub.emit(name, event),
    async close() {
      await context.exports.settle()
      await context.evaluations.settle()
      await context.byHand.close()
      await exporting.end()
      await queue.settle()
      await library.project.close()
    },
  }
}

async function answer<Name extends CallName>(
  handlers: Handlers,
  name: Name,
  input: CallInput<Name>,
  signal: AbortSignal | undefined,
): Promise<CallOutput<Name>> {
  signal?.throwIfAborted()
  const handler = handlers[name] as (input: unknown, signal?: AbortSignal) => Promise<CallOutput<Name>>
  const work = handler(checked(name, input), signal)
  work.catch((error: unknown) => logFailure(name, error))
  return unlessAborted(work, signal)
}

/** What went wrong, for a bug report. A mistyped or cancelled call is not a failure. */
function logFailure(name: CallName, error: unknown): void {
  const { code, message, cause } = toErrorValue(error)
  if (code !== 'usage' && code !== 'cancelled')
    programLog().write('error', 'call failed', { name, code, message, cause })
}

/** The input as the contract has it. Throws 'usage' with a sentence that names the field. */
function checked(name: CallName, input: unknown): unknown {
  const result = calls[name].input.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue?.path.join('.') || 'the input'
  throw new HeadlightError('usage', `${name} refused ${field}: ${issue?.message ?? 'malformed'}.`, {
    cause: result.error,
  })
}

/** Answers at once. The handler stops its work with the same signal, where the work can be stopped. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(new HeadlightError('cancelled', 'Cancelled.'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
