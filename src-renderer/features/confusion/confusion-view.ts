/** What the confusion screen shows, as the query of its address. */
import { choice, flag, step, text, urlState } from '../../base/url-state'
import { ORDERS } from './class-order'
import type { Share } from './confusion-table'

const SHARES: readonly Share[] = ['count', 'row', 'column']

export const confusionState = urlState({
  filter: step(text()),
  share: choice(SHARES, 'count'),
  order: choice(ORDERS, 'similar'),
  /** Correct predictions in colours, too; without, confusions alone span the colours. */
  diagonal: flag(false, 'on'),
  /** The cell that is looked at, `label.prediction` as class indexes; '' for none. */
  cell: text(),
  /** The part of the matrix that is in sight; '' for all of it. */
  zoom: text(),
  list: choice(['pairs', 'classes', 'labels'], 'pairs'),
})
