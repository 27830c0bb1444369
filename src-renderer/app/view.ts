/** What the gallery and the sample screen show, as the query of their addresses: every view is a link. */
import { readSort, type SortKey } from '@shared/api'
import { COLORMAP_IDS, DEFAULT_COLORMAP } from '@shared/heatmap/colormap'
import { DEFAULT_SCALE, SCALE_IDS } from '@shared/heatmap/scale'
import { METHOD_IDS } from '@shared/methods'
import { GROUPINGS } from '../api/grouping'
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
  interpolation: named('patches', choice(['bilinear', 'nearest'], 'bilinear')),
}

const sortKey: Field<SortKey> = { usual: 'path', read: (written) => readSort(written) ?? undefined, write: String }

/** Which samples there are, and in which order. */
export const resultFields = {
  filter: step(text()),
  sort: step(sortKey),
  descending: step(named('order', flag(false, 'descending'))),
  group: step(choice(GROUPINGS, 'none')),
}

const viewFields = {
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

/** `head` is `layer.head`, the head whose attention is shown; '' for a method. */
export const sampleState = urlState({ ...viewFields, head: text() })
