import { BEGIN_STEPS, type BeginStep, type ProviderChoice, type RunProgress } from '@shared/api'
import type { Library } from '../runs/compute-source'
import { Coalesced } from '../runs/coalesce'
import type { EventHub } from './events'
import { programLog } from './program-log'

const PROGRESS_MS = 200
/** The window fetches lists and statistics again each time: often enough to feel alive, seldom enough to stay cheap. */
const CHANGED_MS = 2000

/** Turns every step of a run into events at a pace that windows can follow; the end of a run is told at once. */
export function runEvents(hub: EventHub, library: Library) {
  const progress = new Coalesced<RunProgress>(PROGRESS_MS, (event) => hub.emit('run.progress', event))
  const changed = new Coalesced<number>(CHANGED_MS, (runId) => void tellChanged(hub, library, runId))
  let state: RunProgress['state'] | null = null
  return {
    onProgress(event: RunProgress) {
      progress.push(event)
      changed.push(event.runId)
      if (event.state !== state) {
        programLog().write('info', 'run', {
          run: event.runId,
          state: event.state,
          done: event.done,
          failed: event.failed,
        })
        progress.flush()
        changed.flush()
      }
      state = event.state
    },
    onProvider({ provider, passedOver }: ProviderChoice) {
      programLog().write('info', 'provider', { provider, passedOver })
      if (passedOver.length === 0) return
      const reasons = passedOver.map((other) => `${other.provider}: ${other.reason}`).join('; ')
      hub.emit('notice', { level: 'info', message: `Computing on ${provider}. Passed over: ${reasons}` })
    },
    onBeginning(step: BeginStep) {
      const done = BEGIN_STEPS.indexOf(step)
      hub.emit('task.progress', { task: 'begin', phase: step, done, total: BEGIN_STEPS.length })
    },
    onChanged: () => void tellChanged(hub, library, null),
    onPassedOver: (message: string) => hub.emit('notice', { level: 'warning', message }),
    onWatching: (message: string) => hub.emit('notice', { level: 'warning', message }),
    onLost: (message: string) => hub.emit('notice', { level: 'error', message }),
  }
}

async function tellChanged(hub: EventHub, library: Library, runId: number | null): Promise<void> {
  // A library that died opens its project again, and windows are told then.
  const project = await library.project.current().catch(() => null)
  if (project) hub.emit('project.changed', { path: project.path, runId })
}
