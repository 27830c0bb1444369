/** Says when a run has ended, on whatever screen the user is by then. */
import type { ProjectInfo } from '@shared/api'
import { useEffect } from 'react'
import { notify, useLive } from '../api/live'
import { formatCount } from '../ui/format'
import { links } from '../base/links'

export function useRunNotices(project: ProjectInfo | null | undefined): void {
  useEffect(() => {
    if (!project) return
    return useLive.subscribe(({ progress }, before) => {
      for (const { runId, state, done, failed } of Object.values(progress)) {
        if (before.progress[runId]?.state !== 'running' || state === 'running') continue
        const name = project.runs.find(({ id }) => id === runId)?.name ?? `Run ${runId}`
        if (state === 'finished') {
          const lacking = failed > 0 ? `, ${formatCount(failed)} without a result` : ''
          const isInView = location.pathname.startsWith(links.ofRun(runId, '/'))
          const action = isInView ? undefined : { text: 'Open it', href: links.gallery(runId) }
          notify('info', `${name} has finished: ${formatCount(done)} images${lacking}.`, action)
        }
        if (state === 'failed') {
          notify('error', `${name} has stopped with an error.`, { text: 'See Runs', href: links.runs })
        }
      }
    })
  }, [project])
}
