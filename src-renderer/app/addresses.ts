/** Where the tabs lead: each screen of a run as it was left, with the filter that is in view now. */
import { useEffect } from 'react'
import { matchRoute, useLocation, useRouter, useSearch } from 'wouter'
import { create } from 'zustand'
import { whenProjectLeft } from '../api/open-project'
import { keepLastView } from '../api/view-queries'
import { links } from '../base/links'
import { type RunScreenEntry, runScreens } from './screens'

/** The last query of each screen of each run, by `RUN /path`; a session's memory, since addresses are the real one. */
const useMemory = create<{ searches: Record<string, string>; filters: Record<number, string> }>(() => ({
  searches: {},
  filters: {},
}))

whenProjectLeft(() => useMemory.setState({ searches: {}, filters: {} }))

export interface Here {
  runId: number
  entry: RunScreenEntry
  params: Record<string, string | undefined>
  search: string
}

/** The screen of a run that is shown; null on the screens of the project and the program. */
export function useHere(): Here | null {
  const [path] = useLocation()
  const search = useSearch()
  const { parser } = useRouter()
  for (const entry of runScreens) {
    const [matches, params] = matchRoute(parser, `/runs/:runId${entry.path}`, path)
    if (matches) return { runId: Number(params.runId), entry, params, search: search && `?${search}` }
  }
  return null
}

/** Remembers how each screen is left. Used once, by the frame. */
export function useRememberedAddresses(here: Here | null): void {
  const { runId, entry, params, search } = here ?? {}
  const id = params?.id
  useEffect(() => {
    if (runId === undefined || !entry || search === undefined) return
    const tab = runScreens.find(({ name, icon }) => icon && name === entry.name)
    if (!tab) return
    const kept = entry === tab ? search : (entry.tabSearch?.(search, { id }) ?? '')
    const filter = new URLSearchParams(search).get('filter') ?? ''
    if (tab.path === '/gallery') keepLastView(links.ofRun(runId, tab.path, kept))
    useMemory.setState(({ searches, filters }) => ({
      searches: { ...searches, [`${runId} ${tab.path}`]: kept },
      filters: entry.withoutFilter ? filters : { ...filters, [runId]: filter },
    }))
  }, [runId, entry, id, search])
}

/** The address of a screen of a run: as it was left, the filter being the one that is in view. */
export function useAddressOf(): (runId: number, entry: RunScreenEntry) => string {
  const { searches, filters } = useMemory()
  return (runId, { path, notCarried = [] }) => {
    const parameters = new URLSearchParams(searches[`${runId} ${path}`])
    for (const name of notCarried) parameters.delete(name)
    const filter = filters[runId]
    if (filter) parameters.set('filter', filter)
    else parameters.delete('filter')
    const written = parameters.toString()
    return links.ofRun(runId, path, written && `?${written}`)
  }
}
