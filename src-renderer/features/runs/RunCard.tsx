import { headsInWords } from '@headlight/explain/report'
import { Button, Progress } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { METHODS } from '@headlight/explain/methods'
import { preprocessingSteps, stepInWords } from '@shared/preprocessing-steps'
import { targetName } from '@shared/targets'
import { IconArrowRight } from '@tabler/icons-react'
import { Link } from 'wouter'
import { links } from '../../base/links'
import { CertificateTable } from '../../ui/CertificateTable'
import { Facts } from '../../ui/Facts'
import { formatCount, formatDuration, formatShare, formatWhen } from '../../ui/format'
import { ExportButton } from '../../shared/exports/ExportButton'
import { RunControls } from './RunControls'
import { RunErrors } from './RunErrors'
import { RunMenu } from './RunMenu'
import { RunLabels } from './RunLabels'
import { RunNotes } from './RunNotes'
import { RunPrompts } from './RunPrompts'
import { RunUnmeasured } from './RunUnmeasured'
import classes from './RunsScreen.module.css'
import { type RunStatus, isActive, useRunStatus } from '../../shared/run-status'

/** One run: where it is, and everything that reproduces it. */
export function RunCard({ run }: { run: RunInfo }) {
  const status = useRunStatus(run)
  const { definition, model, certificate } = run
  return (
    <article className={classes.card} aria-label={`Run ${run.name}`}>
      <header className={classes.cardHeader}>
        <h2 className={classes.name}>{run.name}</h2>
        <span className={classes.state} data-state={status.state}>
          {status.label}
        </span>
        <span className={classes.actions}>
          <RunControls run={run} status={status} />
          <ExportButton run={run} filter="" />
          <RunLabels run={run} />
          <Button
            size="xs"
            component={Link}
            href={links.ofRun(run.id, '/methods')}
            title="Are its maps true to the model?"
          >
            Evaluate maps
          </Button>
          <Button
            size="xs"
            component={Link}
            href={links.ofRun(run.id, '/heads', '?part=effect')}
            title="What happens without each head?"
          >
            Switch off heads
          </Button>
          <Button
            size="xs"
            component={Link}
            href={links.runLike(run)}
            title="The same model and images, another target"
          >
            New run like this
          </Button>
          <Button
            size="xs"
            component={Link}
            href={links.gallery(run.id)}
            rightSection={<IconArrowRight size={14} aria-hidden />}
          >
            Open in the gallery
          </Button>
          <RunMenu run={run} />
        </span>
      </header>

      {status.state !== 'finished' && (
        <Progress
          value={status.share * 100}
          size={5}
          color={isActive(status.state) ? 'lamp' : 'gray'}
          aria-label={`Progress of ${run.name}`}
        />
      )}
      <p className={classes.progress} aria-live={isActive(status.state) ? 'off' : 'polite'}>
        {progressText(status)}
      </p>
      {run.error && !isActive(status.state) && (
        <p className={classes.error} role="alert">
          {run.error}
        </p>
      )}
      <RunErrors run={run} failed={status.failed} />
      <RunUnmeasured run={run} done={status.done} running={isActive(status.state)} />

      <Facts
        facts={[
          [
            'Accuracy',
            status.accuracy === null
              ? null
              : `${formatShare(status.accuracy)} of ${formatCount(status.labelled)} labelled`,
          ],
          ['Model', `${model.fileName}, ${headsInWords(model)}`],
          ['Model SHA-256', <code title={model.hash}>{model.hash.slice(0, 12)}…</code>],
          ['Explained', explainedText(run)],
          [
            'Provider',
            status.provider
              ? `${status.provider}, ${definition.precision}`
              : `${definition.provider}, ${definition.precision}`,
          ],
          ['Preprocessing', definition.preprocessing.source],
          ['Created', formatWhen(run.createdAt)],
          ['GMAR', `alpha ${definition.settings.gmar.alpha}, normalised by ${definition.settings.gmar.scope}`],
        ]}
      />
      <RunNotes run={run} />
      <RunPrompts run={run} />
      <h3 className={classes.subheading}>Methods</h3>
      <p className={classes.methods}>
        {definition.methods.map((method) => METHODS[method].name).join(', ') || 'Head scores alone'}
      </p>
      <h3 className={classes.subheading}>What became of every image</h3>
      <ol className={classes.steps}>
        {preprocessingSteps(definition.preprocessing).map((step, index) => (
          <li key={index}>{stepInWords(step)}</li>
        ))}
      </ol>
      <h3 className={classes.subheading}>Images</h3>
      <p className={classes.methods}>{definition.dataPath}</p>
      {certificate && (
        <>
          <h3 className={classes.subheading}>
            Certificate: {certificate.passed ? 'passed' : 'failed'} in {certificate.precision}
          </h3>
          <CertificateTable certificate={certificate} />
        </>
      )}
    </article>
  )
}

function progressText(status: RunStatus): string {
  const { done, failed, total, phase, imagesPerSecond, secondsLeft, provider, batch, state } = status
  const parts = [`${formatCount(done + failed)} of ${formatCount(total)} images`]
  if (phase) parts.unshift(phase)
  if (failed > 0) parts.push(`${formatCount(failed)} failed`)
  if (imagesPerSecond !== null) parts.push(`${imagesPerSecond.toFixed(1)} images/s`)
  if (secondsLeft !== null) parts.push(`${formatDuration(secondsLeft)} left`)
  if (state === 'running' && provider) parts.push(batch === null ? provider : `${provider}, batch ${batch}`)
  return parts.join(' · ')
}

/** "label", "Shirt − Coat, output cls_logits, multi-label". */
function explainedText({ definition: { target, labels, output, tower, task, classVectors } }: RunInfo): string {
  return [
    targetName(target, labels),
    ...(output ? [`output ${output}`] : []),
    ...(tower ? [`tower ${tower}`] : []),
    ...(classVectors
      ? [
          classVectors.prompts
            ? `${classVectors.prompts.length} prompts, ${classVectors.source}`
            : `class vectors of ${classVectors.source}`,
        ]
      : []),
    ...(task ? [task] : []),
  ].join(', ')
}
