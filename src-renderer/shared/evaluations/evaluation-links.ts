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
