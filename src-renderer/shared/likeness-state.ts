/** What a sample is compared with, as the query of an address: a link reopens it. */
import { choice, optionalId, type StateOf, step, text, urlState } from '../base/url-state'
import { viewFields } from '../base/view'

const fields = {
  ...viewFields,
  /** Another sample, or the mean of those of `among`. */
  with: step(choice(['sample', 'group'], 'sample')),
  /** The other sample. */
  to: step(optionalId()),
  /** A filter: which samples are offered, and of which the mean is taken. */
  among: step(text()),
  /** How the features of tokens become one vector, where the run does not say it. */
  readout: step(choice(['mean', 'cls', 'cls+mean'], 'mean')),
}

export const likenessState = urlState(fields)
export type LikenessState = StateOf<typeof fields>

/** The address of the question why a sample is like another one, or like a group. */
export const likenessLink = (runId: number, id: number, state: Partial<LikenessState>) =>
  `/runs/${runId}/likeness/${id}${likenessState.search({ ...likenessState.defaults, ...state })}`
