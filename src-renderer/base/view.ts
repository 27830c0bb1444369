/** What the gallery, the sample screen and triage show, as the query of their addresses: every view is a link. */
import { readSort, type SortKey } from '@shared/api'
import { COLORMAP_IDS, DEFAULT_COLORMAP } from '@shared/heatmap/colormap'
import { DEFAULT_SCALE, SCALE_IDS } from '@shared/heatmap/scale'
import { METHOD_IDS } from '@headlight/explain/methods'
import { GROUPINGS } from '../api/grouping'
import { LOOK_IDS } from './look'
import { type Field, type StateOf, choice, flag, named, optionalId, step, text, urlState, whole } from './url-state'

export const TILE_SIZES = { smallest: 96, largest: 320 }

/** How maps are drawn, wherever they are. */
export const displayFields = {
  method: choice(METHOD_IDS, 'gmar_l1'),
  overlay: flag(true, 'off'),
  colormap: named('colors', choice(COLORMAP_IDS, DEFAULT_COLORMAP)),
  /** Opacity of the overlay, percent: of all of it, or of its highest value where it fades. */
  opacity: whole(80, 0, 100),
  /** Low relevance is see-through, so that the picture stays visible there. */
  fade: flag(true, 'off'),
  scale: choice(SCALE_IDS, DEFAULT_SCALE),
  /** The box of a detector's query over the picture. */
  box: flag(true, 'off'),
  interpolation: named('patches', choice(['bilinear', 'nearest'], 'bilinear')),
  /** The class, contrast or policy that maps explain, as `writeTarget` writes it; '' for the run's own. */
  target: step(text()),
}

const sortKey: Field<SortKey> = {
  defaultValue: 'path',
  read: (written) => readSort(written) ?? undefined,
  write: String,
}

/** Which samples there are, and in which order. */
const resultFields = {
  filter: step(text()),
  sort: step(sortKey),
  descending: step(named('order', flag(false, 'descending'))),
  group: step(choice(GROUPINGS, 'none')),
}

export const viewFields = {
  ...resultFields,
  ...displayFields,
  /** Edge of a gallery tile, CSS pixels. */
  tile: whole(144, TILE_SIZES.smallest, TILE_SIZES.largest),
}

export type Display = StateOf<typeof displayFields>
export type View = StateOf<typeof viewFields>
export type Interpolation = Display['interpolation']

export const viewState = urlState(viewFields)

/** `at` is the sample that is focused and scrolled to. */
export const galleryState = urlState({ ...viewFields, at: optionalId() })
export type GalleryState = View & { at: number | null }

/** What a sample's screen shows beside the view that it was opened from. */
const explanationFields = {
  /** `layer.head`, the head whose attention is shown; '' for a method. */
  head: step(text()),
  /** The patch whose attention in that head is shown; null for the read-out token. */
  patch: step(optionalId()),
  /** A method that the run did not compute, shown in place of `method`. */
  extra: choice(['', ...METHOD_IDS], ''),
  /** The method's map after this layer; null for all of it. */
  layer: optionalId(),
  look: choice(LOOK_IDS, 'heat'),
  /** Share of the picture that stays when the rest is masked out, percent. */
  top: whole(20, 1, 99),
  /** The part of the picture in view. */
  zoom: text(),
}

export const sampleState = urlState({ ...viewFields, ...explanationFields })
export type SampleState = StateOf<typeof viewFields & typeof explanationFields>

/** What is triaged, how it is drawn, and whether a verdict leads to the next sample. */
export const triageState = urlState({
  ...viewFields,
  at: optionalId(),
  /** `verdict`: a verdict leads on. `any`: tags do, too. `never`: only the arrow keys and Space. */
  advance: choice(['verdict', 'any', 'never'], 'verdict'),
  /** What was said about them all, in place of one sample. */
  summary: flag(false, 'shown'),
})
