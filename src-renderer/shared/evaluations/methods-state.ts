import { optionalId, step, urlState } from '../../base/url-state'

/** What the screen of methods shows: an evaluation, the newest one without. */
export const methodsState = urlState({ evaluation: step(optionalId()) })
