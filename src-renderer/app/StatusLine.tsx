import { headsInWords } from '@headlight/explain/report'
import { Progress, VisuallyHidden } from '@mantine/core'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { Link } from 'wouter'
import { EvaluationStatus } from '../shared/evaluations/EvaluationStatus'
import { ExportStatus } from '../shared/exports/ExportStatus'
import { isActive, useRunStatus } from '../shared/run-status'
import { formatCount, formatDuration, formatShare } from '../ui/format'
import { links } from '../base/links'
import classes from './StatusLine.module.css'

/** The foot of the window: the run that is being computed, what it has done and how long it takes; else the one in view. */
export function StatusLine({ project, run }: { project: ProjectInfo; run: RunInfo | undefined }) {
  const job =
    project.runs.find(({ state }) => isActive(state)) ??
    project.runs.find(({ state }) => state === 'paused' || state === 'queued')
  return (
    <footer className={classes.line} aria-label="Status">
      {job && <Job run={job} waiting={project.queue.filter((id) => id !== job.id).length} />}
      <EvaluationStatus run={run} />
      {run && <ExportStatus run={run} />}
      <span className={classes.spring} />
      {run && <InView run={run} />}
    </footer>
  )
}

function Job({ run, waiting }: { run: RunInfo; waiting: number }) {
  const status = useRunStatus(run)
  const { state, done, failed, total, share, imagesPerSecond, secondsLeft, phase, label, provider, batch } = status
  if (!isActive(state) && state !== 'paused' && state !== 'queued') return null
  const facts = [
    phase || `${formatCount(done + failed)} of ${formatCount(total)}`,
    state === 'paused' && (run.error === null ? 'paused' : 'paused by itself, see Runs'),
    state === 'queued' && 'queued',
    failed > 0 && `${formatCount(failed)} without a result`,
    imagesPerSecond !== null && `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`,
    secondsLeft !== null && `${formatDuration(secondsLeft)} left`,
    isActive(state) && provider !== null && (batch === null ? provider : `${provider}, batch ${batch}`),
    waiting > 0 && `${formatCount(waiting)} queued`,
  ]
  return (
    <Link href={links.runs} className={classes.job}>
      <VisuallyHidden>Run {label}: </VisuallyHidden>
      <span className={classes.name}>{run.name}</span>
      <Progress value={share * 100} size={4} w={120} aria-hidden color={state === 'paused' ? 'gray' : 'lamp'} />
      <span className={classes.facts}>{facts.filter(Boolean).join(' · ')}</span>
    </Link>
  )
}

function InView({ run }: { run: RunInfo }) {
  const { accuracy, labelled } = useRunStatus(run)
  const facts = [
    run.model.fileName,
    headsInWords(run.model),
    accuracy !== null && `${formatShare(accuracy)} of ${formatCount(labelled)} correct`,
    run.provider,
  ]
  return <span className={classes.facts}>{facts.filter(Boolean).join(' · ')}</span>
}
