/** What the heads screen shows, as the query of its address. */
import { useSearchParams } from 'wouter'
import type { GroupBy, Norm } from '../../api/statistics-queries'

export interface HeadsView {
  filter: string
  norm: Norm
  by: GroupBy
}

const GROUPS: readonly GroupBy[] = ['class', 'prediction', 'correct', 'all']

/** The view of this address, and a way to change it in place. */
export function useHeadsView(): [HeadsView, (part: Partial<HeadsView>) => void] {
  const [params, setParams] = useSearchParams()
  const view: HeadsView = {
    filter: params.get('filter') ?? '',
    norm: params.get('norm') === 'l2' ? 'l2' : 'l1',
    by: GROUPS.find((by) => by === params.get('by')) ?? 'class',
  }
  const change = (part: Partial<HeadsView>) => {
    const next = { ...view, ...part }
    setParams(
      Object.entries(next).filter(([name, value]) => value !== '' && value !== DEFAULTS[name]),
      { replace: true },
    )
  }
  return [view, change]
}

const DEFAULTS: Record<string, string> = { norm: 'l1', by: 'class' }
