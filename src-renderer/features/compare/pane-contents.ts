/** What the panes of a comparison show: rows, maps and names, from the results where they are and on demand elsewhere. */
import { dependsOnTarget } from '@shared/target-fits'
import type { Detection, RunInfo, SampleDetail, SampleRow, TargetPolicy } from '@shared/api'
import { METHODS, type MethodId } from '@headlight/explain/methods'
import { targetName } from '@shared/targets'
import { type UseQueryResult, useQueries } from '@tanstack/react-query'
import { attentionQuery, explanationQuery } from '../../api/explanation-queries'
import { type RelevanceMap, detailQuery } from '../../api/sample-queries'
import { writeTarget } from '../../base/target-text'
import type { Pane } from '../../shared/pins/panes'

export interface PaneContent {
  pane: Pane
  run: RunInfo | null
  row: SampleRow | null
  /** What is drawn: "GMAR (L1)", "Layer 7, head 4". */
  what: string
  /** What it is drawn for, where that is not the run's own: "for Coat − Shirt", "from row 3, column 5". */
  aside: string
  map: RelevanceMap | null
  /** Of a detector: the query that is explained; undefined for heads. */
  detection?: Detection
  /** The class that is explained there. */
  explained?: number
  pending: boolean
  error: Error | null
  /** Asks again for what failed; undefined where that would not help. */
  retry?: () => unknown
}

interface Explained {
  run: RunInfo
  sampleId: number
  target: TargetPolicy
  methods: MethodId[]
}

/** The contents of the panes, in their order. Panes that share a sample and target are computed together. */
export function usePaneContents(runs: readonly RunInfo[], panes: readonly Pane[]): PaneContent[] {
  const runOf = (pane: Pane) => runs.find(({ id }) => id === pane.runId) ?? null
  const known = panes.filter((pane) => runOf(pane) !== null)
  const details = keyed(known, detailKey)
  const explained = explanations(known, runOf)
  const heads = keyed(
    known.filter(({ map }) => map.kind === 'head'),
    attentionKey,
  )
  const detailResults = useQueries({
    queries: [...details.values()].map(({ runId, sampleId }) => detailQuery(runId, sampleId)),
  })
  const explainResults = useQueries({
    queries: [...explained.values()].map(({ run, sampleId, target, methods }) =>
      explanationQuery(run, sampleId, target, methods),
    ),
  })
  const headResults = useQueries({
    queries: [...heads.values()].map(({ runId, sampleId, map }) =>
      map.kind === 'head'
        ? attentionQuery(runId, sampleId, map.layer, map.head, map.patch)
        : attentionQuery(runId, sampleId, 0, 0, null),
    ),
  })
  const resultOf = <Result>(keys: Map<string, unknown>, key: string, results: Result[]) =>
    results[[...keys.keys()].indexOf(key)]

  return panes.map((pane) => {
    const run = runOf(pane)
    const detail = resultOf(details, detailKey(pane), detailResults)
    const named = { pane, run, row: detail?.data?.row ?? null, ...nameOf(pane, run, detail?.data) }
    const failed = (error: Error | null) => ({ ...named, map: null, pending: false, error })
    if (!run) return failed(new Error(`Run ${pane.runId} is not in this project.`))
    if (!detail?.data) {
      const retry = detail?.refetch
      return { ...named, map: null, pending: detail?.isPending ?? false, error: detail?.error ?? null, retry }
    }
    if (detail.data.row.error !== null) return failed(new Error(detail.data.row.error))
    const ofMap = (result: UseQueryResult<unknown> | undefined, map: RelevanceMap | null) => ({
      ...named,
      map,
      pending: result?.isPending ?? false,
      error: result?.error ?? null,
      retry: result?.refetch,
    })
    const own = { detection: detail.data.row.detection, explained: detail.data.target }
    if (pane.map.kind === 'image') return { ...failed(null), ...own }
    if (pane.map.kind === 'head') {
      const attention = resultOf(heads, attentionKey(pane), headResults)
      return ofMap(attention, attention?.data ?? null)
    }
    const { method } = pane.map
    const explanation = resultOf(explained, explainKey(pane), explainResults)
    const isExplained = needsExplaining(pane, run)
    const source = isExplained ? explanation?.data : detail.data
    const values = source?.maps.find((map) => map.method === method)?.values
    const shown = ofMap(isExplained ? explanation : detail, source && values ? { grid: source.grid, values } : null)
    if (!isExplained) return { ...shown, ...own }
    return { ...shown, detection: explanation?.data?.detection, explained: explanation?.data?.target }
  })
}

/** Whether the results of the run do not have the map of a pane. */
export function needsExplaining({ map, target }: Pane, run: RunInfo): boolean {
  return map.kind === 'method' && (target !== null || !run.definition.methods.includes(map.method))
}

function explanations(panes: readonly Pane[], runOf: (pane: Pane) => RunInfo | null): Map<string, Explained> {
  const found = new Map<string, Explained>()
  for (const pane of panes) {
    const run = runOf(pane)
    if (!run || pane.map.kind !== 'method' || !needsExplaining(pane, run)) continue
    const target = pane.target ?? run.definition.target
    const group = found.get(explainKey(pane)) ?? { run, sampleId: pane.sampleId, target, methods: [] }
    if (!group.methods.includes(pane.map.method)) group.methods.push(pane.map.method)
    found.set(explainKey(pane), group)
  }
  return found
}

function nameOf({ map, target }: Pane, run: RunInfo | null, detail: SampleDetail | undefined) {
  if (map.kind === 'image') return { what: 'Picture', aside: '' }
  if (map.kind === 'method') {
    const aside =
      target && run && dependsOnTarget(map.method, run.model) ? `for ${targetName(target, run.definition.labels)}` : ''
    return { what: METHODS[map.method].name, aside }
  }
  const columns = detail?.grid[1] ?? run?.model.grid?.[1] ?? 1
  const patch = map.patch
  return {
    what: `Layer ${map.layer}, head ${map.head}`,
    aside: patch === null ? '' : `from row ${Math.floor(patch / columns)}, column ${patch % columns}`,
  }
}

const detailKey = ({ runId, sampleId }: Pane) => `${runId} ${sampleId}`
const explainKey = (pane: Pane) => `${detailKey(pane)} ${pane.target ? writeTarget(pane.target) : ''}`
const attentionKey = (pane: Pane) => `${detailKey(pane)} ${JSON.stringify(pane.map)}`

function keyed(panes: readonly Pane[], keyOf: (pane: Pane) => string): Map<string, Pane> {
  return new Map(panes.map((pane) => [keyOf(pane), pane]))
}
