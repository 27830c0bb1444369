import { Progress } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { links } from '../../app/links'
import { formatCount, formatDuration } from '../../ui/format'
import classes from './RunStrip.module.css'
import { isActive, useRunStatus } from './run-status'

/** The run's progress in the bar, on every screen, while there is any to show. */
export function RunStrip({ run }: { run: RunInfo }) {
  const status = useRunStatus(run)
  if (!isActive(status.state) && status.state !== 'paused') return null
  const { done, failed, total, share, secondsLeft, phase, label } = status
  return (
    <Link href={links.runs} className={classes.strip} aria-label={`Run ${label}, ${Math.round(share * 100)} percent`}>
      <Progress value={share * 100} size={4} w={110} aria-hidden color={status.state === 'paused' ? 'gray' : 'lamp'} />
      <span className={classes.text}>
        {phase || `${formatCount(done + failed)} of ${formatCount(total)}`}
        {status.state === 'paused' && ' · paused'}
        {secondsLeft !== null && ` · ${formatDuration(secondsLeft)} left`}
      </span>
    </Link>
  )
}
