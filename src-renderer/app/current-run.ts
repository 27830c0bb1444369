import type { RunInfo } from '@shared/api'
import { useEffect } from 'react'
import { useRoute } from 'wouter'
import { create } from 'zustand'
import { whenProjectLeft } from '../api/open-project'
import { useProject } from '../api/queries'

/** The run that was last in view of the open project. */
const useLastRun = create<{ id: number | null }>(() => ({ id: null }))

whenProjectLeft(() => useLastRun.setState({ id: null }))

/**
 * The run that the address names, or else the one that was last in view, or else the project's last one; undefined for a
 * project without runs.
 */
export function useCurrentRun(): RunInfo | undefined {
  const runs = useProject().data?.runs
  const [, params] = useRoute('/runs/:runId/*?')
  const last = useLastRun(({ id }) => id)
  const named = runs?.find(({ id }) => id === Number(params?.runId))
  const id = named?.id
  useEffect(() => {
    if (id !== undefined) useLastRun.setState({ id })
  }, [id])
  return named ?? runs?.find((run) => run.id === last) ?? runs?.at(-1)
}
