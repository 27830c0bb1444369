/** A comparison as the query of its address: a link reopens it. */
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import { type Field, type StateOf, choice, named, step, text, urlState, whole } from '../../base/url-state'
import { displayFields } from '../../base/view'
import { type Pane, readPanes, writePanes } from './panes'

export const ARRANGEMENTS = ['panes', 'swipe', 'difference', 'grid'] as const
export type Arrangement = (typeof ARRANGEMENTS)[number]

const NO_PANES: readonly Pane[] = []
const NO_IDS: readonly number[] = []
const NO_METHODS: readonly MethodId[] = []
/** Rows of the grid. */
export const MAX_SAMPLES = 24

const panesField: Field<readonly Pane[]> = { defaultValue: NO_PANES, read: readPanes, write: writePanes }

const samplesField: Field<readonly number[]> = {
  defaultValue: NO_IDS,
  read: (written) =>
    written
      .split('-')
      .filter((id) => /^\d{1,10}$/.test(id))
      .slice(0, MAX_SAMPLES)
      .map(Number),
  write: (ids) => ids.join('-'),
}

const methodsField: Field<readonly MethodId[]> = {
  defaultValue: NO_METHODS,
  read: (written) => METHOD_IDS.filter((id) => written.split('-').includes(id)),
  write: (methods) => methods.join('-'),
}

const { colormap, opacity, fade, interpolation, box } = displayFields
const fields = {
  panes: step(panesField),
  show: step(choice(ARRANGEMENTS, 'panes')),
  /** The two panes of swipe and difference, by place. */
  a: whole(0, 0, 5),
  b: whole(1, 0, 5),
  /** Samples and methods of the grid; empty for those of the panes. */
  samples: samplesField,
  methods: methodsField,
  scale: choice(['own', 'shared'], 'own'),
  colormap,
  opacity,
  fade,
  interpolation,
  box,
  look: named('look', choice(['heat', 'contour', 'mask'], 'heat')),
  top: whole(20, 1, 99),
  zoom: text(),
  /** Where the divider of swipe stands, percent from the left. */
  split: whole(50, 0, 100),
}

export const compareState = urlState(fields)
export type CompareState = StateOf<typeof fields>

/** The address of a comparison. */
export function compareLink(runId: number, state: Partial<CompareState>): string {
  return `/runs/${runId}/compare${compareState.search({ ...compareState.defaults, ...state })}`
}
