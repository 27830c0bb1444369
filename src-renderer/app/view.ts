/** What a gallery or sample screen shows, as the query part of its address: every view is a link. */
import type { SortKey } from '@shared/api'
import { COLORMAP_IDS, type ColormapId, DEFAULT_COLORMAP } from '@shared/heatmap/colormap'
import { DEFAULT_SCALE, SCALE_IDS, type ScaleId } from '@shared/heatmap/scale'
import { METHOD_IDS, type MethodId } from '@shared/methods'
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'

export type Interpolation = 'bilinear' | 'nearest'

export interface View {
  filter: string
  sort: SortKey
  descending: boolean
  method: MethodId
  overlay: boolean
  colormap: ColormapId
  /** Opacity of the overlay, percent: of all of it, or of its highest value where it fades. */
  opacity: number
  /** Low relevance is see-through, so that the picture stays visible there. */
  fade: boolean
  scale: ScaleId
  interpolation: Interpolation
  /** Edge of a gallery tile, CSS pixels. */
  tile: number
}

export const SORT_KEYS: readonly SortKey[] = ['path', 'confidence', 'label', 'prediction', 'correct', 'annotated']
export const TILE_SIZES = { smallest: 96, largest: 320 }

export const DEFAULT_VIEW: View = {
  filter: '',
  sort: 'path',
  descending: false,
  method: 'gmar_l1',
  overlay: true,
  colormap: DEFAULT_COLORMAP,
  opacity: 80,
  fade: true,
  scale: DEFAULT_SCALE,
  interpolation: 'bilinear',
  tile: 144,
}

/** Reads a view; anything missing or malformed is its default. */
export function parseView(search: string): View {
  const params = new URLSearchParams(search)
  const among = <Value extends string>(name: string, values: readonly Value[], otherwise: Value) =>
    values.find((value) => value === params.get(name)) ?? otherwise
  const within = (name: string, low: number, high: number, otherwise: number) => {
    const value = Number(params.get(name) ?? NaN)
    return Number.isFinite(value) ? Math.min(high, Math.max(low, Math.round(value))) : otherwise
  }
  return {
    filter: params.get('filter') ?? DEFAULT_VIEW.filter,
    sort: among('sort', SORT_KEYS, DEFAULT_VIEW.sort),
    descending: params.get('order') === 'descending',
    method: among('method', METHOD_IDS, DEFAULT_VIEW.method),
    overlay: params.get('overlay') !== 'off',
    colormap: among('colors', COLORMAP_IDS, DEFAULT_VIEW.colormap),
    opacity: within('opacity', 0, 100, DEFAULT_VIEW.opacity),
    fade: params.get('fade') !== 'off',
    scale: among('scale', SCALE_IDS, DEFAULT_VIEW.scale),
    interpolation: params.get('patches') === 'square' ? 'nearest' : 'bilinear',
    tile: within('tile', TILE_SIZES.smallest, TILE_SIZES.largest, DEFAULT_VIEW.tile),
  }
}

/** The query of a view, without what is default; `extra` values are added where they are not null. */
export function viewSearch(view: View, extra: Record<string, string | number | null> = {}): string {
  const params = new URLSearchParams()
  const put = (name: string, value: string | number, usual: string | number) =>
    value !== usual && params.set(name, String(value))
  put('filter', view.filter, DEFAULT_VIEW.filter)
  put('sort', view.sort, DEFAULT_VIEW.sort)
  put('order', view.descending ? 'descending' : '', '')
  put('method', view.method, DEFAULT_VIEW.method)
  put('overlay', view.overlay ? '' : 'off', '')
  put('colors', view.colormap, DEFAULT_VIEW.colormap)
  put('opacity', view.opacity, DEFAULT_VIEW.opacity)
  put('fade', view.fade ? '' : 'off', '')
  put('scale', view.scale, DEFAULT_VIEW.scale)
  put('patches', view.interpolation === 'nearest' ? 'square' : '', '')
  put('tile', view.tile, DEFAULT_VIEW.tile)
  for (const [name, value] of Object.entries(extra)) if (value !== null) params.set(name, String(value))
  const search = params.toString()
  return search && `?${search}`
}

/** The view of this address, and a way to change it in place. Parameters that are no part of a view are dropped. */
export function useView(): [View, (change: Partial<View>) => void] {
  const search = useSearch()
  const [path, navigate] = useLocation()
  const view = useMemo(() => parseView(search), [search])
  const change = useCallback(
    (part: Partial<View>) => navigate(path + viewSearch({ ...parseView(location.search), ...part }), { replace: true }),
    [path, navigate],
  )
  return [view, change]
}
