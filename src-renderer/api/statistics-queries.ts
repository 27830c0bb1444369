/** Query hooks of statistics over many samples. */
import type { HeadGrouping } from '@shared/api'
import { useQuery } from '@tanstack/react-query'
import { ofSameRun, runKey } from './query-keys'
import { service } from './service'

export type Norm = 'l1' | 'l2'
export type GroupBy = HeadGrouping

export function useHeadStatistics(runId: number, by: GroupBy, filter: string, norm: Norm) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'heads', by, filter, norm),
    queryFn: ({ signal }) => service.call('stats.heads', { runId, by, filter, norm }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

export function useHeadDifference(runId: number, filterA: string, filterB: string, norm: Norm, stratified = false) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'difference', filterA, filterB, norm, stratified),
    queryFn: ({ signal }) =>
      service.call('stats.difference', { runId, filterA, filterB, norm, stratified }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

export function useLocalisationDifference(runId: number, filterA: string, filterB: string, stratified: boolean) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'localisation-difference', filterA, filterB, stratified),
    queryFn: ({ signal }) =>
      service.call('stats.localisationDifference', { runId, filterA, filterB, stratified }, { signal }),
  })
}

export function useConfusion(runId: number, filter: string) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'confusion', filter),
    queryFn: ({ signal }) => service.call('stats.confusion', { runId, filter }, { signal }),
    placeholderData: ofSameRun(runId),
  })
}

export function useLocalisation(runId: number, filter: string) {
  return useQuery({
    queryKey: runKey(runId, 'stats', 'localisation', filter),
    queryFn: ({ signal }) => service.call('stats.localisation', { runId, filter }, { signal }),
  })
}
