/** What the heads screen shows, as the query of its address. */
import { choice, step, text, urlState } from '../../app/url-state'
import type { GroupBy, Norm } from '../../api/statistics-queries'

const GROUPS: readonly GroupBy[] = ['class', 'prediction', 'correct', 'all']
const NORMS: readonly Norm[] = ['l1', 'l2']

export const headsState = urlState({
  filter: step(text()),
  norm: choice(NORMS, 'l1'),
  by: step(choice(GROUPS, 'class')),
})
