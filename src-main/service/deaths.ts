import { toErrorValue } from '@shared/errors'
import type { ProcessExit } from '../process'
import type { Backend, ChildName } from './backend'
import type { EventHub } from './events'

/** Tells every window that a process died, and what became of its work. */
export function tellDeaths(backend: Pick<Backend, 'library' | 'onDeath'>, hub: EventHub): void {
  backend.onDeath((name, exit) => {
    if (name === 'library') void reopen(backend, hub, exit)
    else hub.emit('notice', { level: 'warning', message: computeDied(exit) })
  })
}

/** Any call starts a new library process, which opens the project again. */
async function reopen({ library }: Pick<Backend, 'library'>, hub: EventHub, exit: ProcessExit): Promise<void> {
  try {
    const project = await library.project.current()
    if (!project) return
    const message = `${ended('library', exit)} A new one has opened the project again; nothing that was saved is lost.`
    hub.emit('notice', { level: 'warning', message })
    for (const notice of project.notices) hub.emit('notice', { level: 'warning', message: notice })
    hub.emit('project.changed', { path: project.path, runId: null })
  } catch (error) {
    const message = `${ended('library', exit)} The project could not be opened again: ${toErrorValue(error).message}`
    hub.emit('notice', { level: 'error', message })
  }
}

function computeDied(exit: ProcessExit): string {
  return `${ended('compute', exit)} A new one takes its place; a run goes on with what is not saved yet.`
}

function ended(name: ChildName, { signal, code }: ProcessExit): string {
  return `The ${name} process ended unexpectedly (${signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`}).`
}
