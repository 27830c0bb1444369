import { Progress, UnstyledButton } from '@mantine/core'
import type { ExportJob, RunInfo } from '@shared/api'
import { useEffect, useRef } from 'react'
import { isOver, useExportJobs } from '../../api/export-queries'
import { notify } from '../../api/live'
import classes from './Exports.module.css'
import { jobName, statusText } from './job-words'
import { openExports, useExportWish } from './open-exports'

/** Exports under way, in the status line: how far the first is; opens the dialog that steers them. */
export function ExportStatus({ run }: { run: RunInfo }) {
  const jobs = useExportJobs().data ?? []
  useEndsTold(jobs)
  const underWay = jobs.filter((job) => !isOver(job))
  const [first] = underWay
  if (first === undefined) return null
  const share = first.total === 0 ? 0 : (100 * first.done) / first.total
  const more = underWay.length > 1 ? ` and ${underWay.length - 1} more` : ''
  return (
    <UnstyledButton className={classes.underWay} onClick={() => openExports({ runId: run.id, filter: '' })}>
      <span>{`${jobName(first)}${more}`}</span>
      <Progress value={share} size={4} w={80} aria-hidden color={first.state === 'paused' ? 'gray' : 'lamp'} />
      <span>{statusText(first)}</span>
    </UnstyledButton>
  )
}

/** Says how exports ended that were seen under way, unless the dialog is open, which says it itself. */
function useEndsTold(jobs: readonly ExportJob[]): void {
  const seen = useRef(new Set<number>())
  const isShown = useExportWish(({ wish }) => wish !== null)
  useEffect(() => {
    for (const job of jobs) {
      if (!isOver(job)) seen.current.add(job.id)
      else if (seen.current.delete(job.id) && !isShown) tellEnd(job)
    }
  }, [jobs, isShown])
}

function tellEnd(job: ExportJob): void {
  if (job.state === 'finished') notify('info', `${jobName(job)}: written to ${job.out}`)
  else if (job.error !== null) notify('error', `${jobName(job)} failed: ${job.error.message}`)
}
