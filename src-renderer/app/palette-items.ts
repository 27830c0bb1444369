/** What the command palette offers, and how a query chooses from it. */
import type { ProjectInfo, RunInfo } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { filterError } from '../ui/filter/filter-terms'
import { className } from './class-name'
import { availableCommands } from './commands'
import { links } from './links'
import { type RunScreenEntry, plainScreens, runScreens } from './screens'

export interface PaletteItem {
  id: string
  group: string
  label: string
  /** What tells it from others of the same label. */
  hint?: string
  keys?: readonly string[]
  run(): void
}

interface Sources {
  project: ProjectInfo | null | undefined
  run: RunInfo | undefined
  navigate: (address: string) => void
  addressOf: (runId: number, entry: RunScreenEntry) => string
}

/** Everything that can be gone to or done, before a query. */
export function paletteItems({ project, run, navigate, addressOf }: Sources): PaletteItem[] {
  const commands = availableCommands().map(({ id, title, name, keys, run: act }): PaletteItem => ({
    id,
    group: title,
    label: name,
    keys,
    run: act,
  }))
  const screens = runScreens.flatMap((entry): PaletteItem[] => {
    if (!entry.icon || !run) return []
    return [{ id: entry.path, group: 'Go to', label: entry.name, run: () => navigate(addressOf(run.id, entry)) }]
  })
  const plain = plainScreens.map(({ name, path }): PaletteItem => ({
    id: path,
    group: 'Go to',
    label: name,
    run: () => navigate(path),
  }))
  const others = project?.runs.filter(({ id }) => id !== run?.id) ?? []
  const runs = others.map(({ id, name }): PaletteItem => ({
    id: `run ${id}`,
    group: 'Runs',
    label: name,
    hint: `run ${id}`,
    run: () => navigate(links.gallery(id)),
  }))
  return [...screens, ...plain, ...commands, ...runs]
}

/** Filters that a query may mean: itself where it is one, classes that it names, file names. */
export function filterItems(query: string, { run, navigate }: Pick<Sources, 'run' | 'navigate'>): PaletteItem[] {
  if (!run || query === '') return []
  const item = (filter: string, hint?: string): PaletteItem => ({
    id: `filter ${filter}`,
    group: 'Samples',
    label: filter,
    hint,
    run: () => navigate(links.gallery(run.id, { filter })),
  })
  const classes = run.definition.labels
    .map((_, index) => className(run, index))
    .filter((name) => matchRank(name, query) !== null)
    .slice(0, 3)
  return [
    ...(filterError(query) === null ? [item(query, 'this filter')] : []),
    ...classes.flatMap((name) => [
      item(`label:${quoteFilterValue(name)}`, `labelled ${name}`),
      item(`pred:${quoteFilterValue(name)}`, `predicted ${name}`),
    ]),
    item(`path:${quoteFilterValue(query)}`, 'in the file name'),
  ]
}

/** Items whose label holds every word of the query, those that start with it first; all for an empty query. */
export function chooseItems(items: readonly PaletteItem[], query: string): PaletteItem[] {
  return items
    .map((item) => ({ item, rank: matchRank(`${item.label} ${item.group}`, query) }))
    .filter((ranked): ranked is { item: PaletteItem; rank: number } => ranked.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

function matchRank(text: string, query: string): number | null {
  const [within, wanted] = [text.toLowerCase(), query.trim().toLowerCase()]
  if (within.startsWith(wanted)) return 0
  const words = wanted.split(/\s+/)
  if (!words.every((word) => within.includes(word))) return null
  return words.every((word) => within.startsWith(word) || within.includes(` ${word}`)) ? 1 : 2
}
