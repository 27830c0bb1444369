import type { RunInfo } from '@shared/api'
import { useRoute } from 'wouter'
import { useProject } from '../api/queries'

/** The run that the address names, or else the project's last one; undefined for a project without runs. */
export function useCurrentRun(): RunInfo | undefined {
  const runs = useProject().data?.runs
  const [, params] = useRoute('/runs/:runId/*?')
  return runs?.find(({ id }) => id === Number(params?.runId)) ?? runs?.at(-1)
}
