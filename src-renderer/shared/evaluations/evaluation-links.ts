import type { EvaluationInfo } from '@shared/api'
import { links } from '../../base/links'
import { headsState } from '../heads/heads-state'
import { methodsState } from './methods-state'

/** The screen that says what an evaluation says. */
export function evaluationLink({ runId, id, request }: Pick<EvaluationInfo, 'runId' | 'id' | 'request'>): string {
  if (request.what === 'maps')
    return links.ofRun(runId, '/methods', methodsState.search({ ...methodsState.defaults, evaluation: id }))
  return links.ofRun(runId, '/heads', headsState.search({ ...headsState.defaults, part: 'effect', evaluation: id }))
}

/** Whether the address of the window is that of what it says. */
export function isEvaluationInView(info: EvaluationInfo): boolean {
  const { pathname, searchParams } = new URL(evaluationLink(info), window.location.href)
  const shown = new URLSearchParams(window.location.search)
  return window.location.pathname === pathname && [...searchParams].every(([name, value]) => shown.get(name) === value)
}
