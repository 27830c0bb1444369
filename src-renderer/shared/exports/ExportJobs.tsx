import { ActionIcon, Progress } from '@mantine/core'
import type { ExportJob } from '@shared/api'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { type ExportAction, isOver, useExportControl, useExportJobs } from '../../api/export-queries'
import classes from './Exports.module.css'
import { jobName, statusText } from './job-words'

/** Exports of this session, the newest first; nothing where there is none. */
export function ExportJobs() {
  const jobs = useExportJobs()
  if (!jobs.data || jobs.data.length === 0) return null
  return (
    <ul className={classes.jobs} aria-label="Exports">
      {jobs.data.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
    </ul>
  )
}

function JobLine({ job }: { job: ExportJob }) {
  const control = useExportControl(job.id)
  const name = jobName(job)
  const act = (action: ExportAction) => ({ disabled: control.isPending, onClick: () => control.mutate(action) })
  return (
    <li className={classes.job} data-state={job.state}>
      <div className={classes.jobHead}>
        <b>{name}</b>
        <span className={classes.status} role="status">
          {statusText(job)}
        </span>
        {job.state === 'running' && (
          <ActionIcon aria-label={`Pause ${name}`} {...act('pause')}>
            <IconPlayerPause size={15} aria-hidden />
          </ActionIcon>
        )}
        {job.state === 'paused' && (
          <ActionIcon aria-label={`Go on with ${name}`} {...act('resume')}>
            <IconPlayerPlay size={15} aria-hidden />
          </ActionIcon>
        )}
        {!isOver(job) && (
          <ActionIcon aria-label={`Cancel ${name}`} {...act('cancel')}>
            <IconX size={15} aria-hidden />
          </ActionIcon>
        )}
      </div>
      {!isOver(job) && (
        <Progress
          value={job.total === 0 ? 0 : (100 * job.done) / job.total}
          size={5}
          color={job.state === 'running' ? 'lamp' : 'gray'}
          aria-label={`Progress of ${name}`}
        />
      )}
      <p className={classes.out}>{job.error?.message ?? job.out}</p>
    </li>
  )
}
