/** Query hooks of likeness: computed on demand, taken back when nobody looks. */
import type { CallInput, RunInfo } from '@shared/api'
import { useQuery } from '@tanstack/react-query'
import { runKey } from './query-keys'
import { service } from './service'

export type ComparedWith = CallInput<'sample.likeness'>['to']

const KEPT_MS = 300_000

/** Why a sample is like another one, or like a group; `to` null asks for nothing. Maps have the run's methods and settings. */
export function useLikeness(
  run: RunInfo,
  id: number,
  to: ComparedWith | null,
  readout: CallInput<'sample.likeness'>['readout'],
) {
  const { methods, settings } = run.definition
  return useQuery({
    queryKey: runKey(run.id, 'likeness', id, to, readout),
    queryFn: ({ signal }) =>
      service.call(
        'sample.likeness',
        {
          runId: run.id,
          id,
          to: to ?? { filter: '' },
          readout,
          methods: methods.length > 0 ? methods : ['gmar_l1'],
          settings,
        },
        { signal },
      ),
    gcTime: KEPT_MS,
    retry: false,
    enabled: to !== null,
  })
}
