/** Panes of a comparison, and how they are written in addresses: `SAMPLE.RUN.MAP` or `SAMPLE.RUN.MAP.TARGET`. */
import { METHOD_IDS, type MethodId } from '@headlight/explain/methods'
import type { TargetPolicy } from '@shared/target-policy'
import { readTarget, writeTarget } from '../../base/target-text'

/** What a pane draws over its picture. */
export type PaneMap =
  | { kind: 'method'; method: MethodId }
  /** Attention of a head: of the read-out token, or of one patch. */
  | { kind: 'head'; layer: number; head: number; patch: number | null }
  /** The picture alone. */
  | { kind: 'image' }

export interface Pane {
  sampleId: number
  runId: number
  map: PaneMap
  /** Null for the run's own target. Attention does not depend on it. */
  target: TargetPolicy | null
}

export const MAX_PANES = 6

/** `12.1.gmar_l1`, `12.1.gmar_l1.3-5`, `12.1.h7-4`, `12.1.h7-4-33`, `12.1.image`. */
export function writePane({ sampleId, runId, map, target }: Pane): string {
  const parts = [sampleId, runId, writeMap(map), ...(target && map.kind === 'method' ? [writeTarget(target)] : [])]
  return parts.join('.')
}

/** Null for a text that is not a pane. */
export function readPane(text: string): Pane | null {
  const match = /^(\d{1,10})\.(\d{1,10})\.([\w-]{1,30})(?:\.([\w-]{1,30}))?$/.exec(text)
  const map = readMap(match?.[3] ?? '')
  const target = match?.[4] === undefined ? null : readTarget(match[4])
  if (!match || !map || (match[4] !== undefined && !target)) return null
  return { sampleId: Number(match[1]), runId: Number(match[2]), map, target }
}

export const writePanes = (panes: readonly Pane[]): string => panes.map(writePane).join(' ')

/** What cannot be read, or is one too many, is left out. */
export function readPanes(text: string): Pane[] {
  const found = text.split(' ').map(readPane)
  return found.filter((pane) => pane !== null).slice(0, MAX_PANES)
}

function writeMap(map: PaneMap): string {
  if (map.kind === 'method') return map.method
  if (map.kind === 'image') return 'image'
  return `h${[map.layer, map.head, ...(map.patch === null ? [] : [map.patch])].join('-')}`
}

function readMap(text: string): PaneMap | null {
  if (text === 'image') return { kind: 'image' }
  const method = METHOD_IDS.find((id) => id === text)
  if (method) return { kind: 'method', method }
  const head = /^h(\d{1,4})-(\d{1,4})(?:-(\d{1,7}))?$/.exec(text)
  if (!head) return null
  const patch = head[3] === undefined ? null : Number(head[3])
  return { kind: 'head', layer: Number(head[1]), head: Number(head[2]), patch }
}
