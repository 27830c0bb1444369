/** What the command palette offers, and how a query chooses from it. */
import { type AnnotationState, type ProjectInfo, type RunInfo, type SavedView, nameSchema } from '@shared/api'
import { quoteFilterValue } from '@shared/filter'
import { recipeLink } from '../shared/figures/figure-link'
import { templatesFor } from '../shared/figures/templates'
import { isFilterWithFields } from '../ui/filter/filter-terms'
import { className } from '../base/class-name'
import { availableCommands } from '../base/commands'
import { links } from '../base/links'
import { canBeView, viewAddress, viewHint } from '../shared/saved-views/saved-views'
import { type RunScreenEntry, plainScreens, runScreens, screenName } from './screens'

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
  views: readonly SavedView[]
  navigate: (address: string) => void
  addressOf: (runId: number, entry: RunScreenEntry) => string
}

/** Everything that can be gone to or done, before a query. */
export function paletteItems({ project, run, views, navigate, addressOf }: Sources): PaletteItem[] {
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
  const saved = views.map((view): PaletteItem => ({
    id: `view ${view.name}`,
    group: 'Views',
    label: view.name,
    hint: viewHint(view, run?.id, screenName),
    run: () => navigate(view.address),
  }))
  const filter = new URLSearchParams(location.search).get('filter') ?? ''
  const figures = (run ? templatesFor(run, filter) : []).map(({ name, recipe }): PaletteItem => ({
    id: `figure ${name}`,
    group: 'New figure',
    label: name,
    run: () => run && navigate(recipeLink(run, recipe)),
  }))
  return [...screens, ...plain, ...saved, ...commands, ...figures, ...runs]
}

interface FilterSources extends Pick<Sources, 'run' | 'navigate'> {
  terms: Pick<AnnotationState, 'tags' | 'verdicts'> | undefined
}

/** Filters that a query may mean: itself where it is one, classes, tags and verdicts that it names, file names. */
export function filterItems(query: string, { run, navigate, terms }: FilterSources): PaletteItem[] {
  if (!run || query === '') return []
  const item = (filter: string, hint?: string): PaletteItem => ({
    id: `filter ${filter}`,
    group: 'Samples',
    label: filter,
    hint,
    run: () => navigate(links.gallery(run.id, { filter })),
  })
  const named = (names: string[] = []) => names.filter((name) => matchRank(name, query) !== null).slice(0, 3)
  const classes = named(run.definition.labels.map((_, index) => className(run, index)))
  const tags = named(terms?.tags.map(({ name }) => name))
  const verdicts = named(terms?.verdicts.map(({ name }) => name))
  return [
    ...(isFilterWithFields(query) ? [item(query, 'this filter')] : []),
    ...classes.flatMap((name) => [
      item(`label:${quoteFilterValue(name)}`, `labelled ${name}`),
      item(`pred:${quoteFilterValue(name)}`, `predicted ${name}`),
    ]),
    ...tags.map((name) => item(`tag:${quoteFilterValue(name)}`, `tagged ${name}`)),
    ...verdicts.map((name) => item(`verdict:${quoteFilterValue(name)}`, `judged ${name}`)),
    item(`path:${quoteFilterValue(query)}`, 'in the file name'),
  ]
}

/** Keeps what is in view under the query as its name, on a screen of a run. */
export function saveItems(query: string, save: (view: { name: string; address: string }) => void): PaletteItem[] {
  const name = nameSchema.safeParse(query)
  if (!name.success || !canBeView(location.pathname)) return []
  const address = viewAddress(location.pathname, location.search)
  const label = `Save this view as “${name.data}”`
  return [{ id: 'save view', group: 'Views', label, run: () => save({ name: name.data, address }) }]
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
