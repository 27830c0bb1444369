import { ActionIcon, Button } from '@mantine/core'
import type { ProjectInfo, RunInfo } from '@shared/api'
import { IconArrowDown, IconArrowUp, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useDequeue, useGoOn, useQueueOrder } from '../../api/queries'
import { useLive } from '../../api/live'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import classes from './RunQueue.module.css'

/** The runs that wait, in the order in which they will be computed, with everything that changes it. */
export function RunQueue({ project: { queue, runs } }: { project: ProjectInfo }) {
  const progress = useLive((live) => live.progress)
  const [order, goOn, remove] = [useQueueOrder(), useGoOn(), useDequeue()]
  const waiting = queue.map((id) => runs.find((run) => run.id === id)).filter((run): run is RunInfo => !!run)
  if (waiting.length === 0) return null
  const computing = runs.some(({ id, state }) => (progress[id]?.state ?? state) === 'running')
  const error = order.error ?? goOn.error ?? remove.error
  const move = (from: number, to: number) => {
    const ids = waiting.map(({ id }) => id)
    ids.splice(to, 0, ...ids.splice(from, 1))
    order.mutate(ids)
  }
  return (
    <section className={classes.queue} aria-label="Queue">
      <header className={classes.header}>
        <h2>
          {formatCount(waiting.length)} {waiting.length === 1 ? 'run waits' : 'runs wait'}
        </h2>
        <span className={classes.note}>
          {computing ? 'The next one starts by itself.' : 'Nothing is computing at the moment.'}
        </span>
        {!computing && (
          <Button
            size="xs"
            variant="filled"
            loading={goOn.isPending}
            onClick={() => goOn.mutate()}
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
          >
            Go on with the queue
          </Button>
        )}
      </header>
      {error && <InlineError error={error} />}
      <ol className={classes.list}>
        {waiting.map((run, place) => (
          <li key={run.id}>
            <span className={classes.name}>{run.name}</span>
            <span className={classes.note}>
              {formatCount(run.done + run.failed)} of {formatCount(run.total)} images
            </span>
            <ActionIcon
              aria-label={`Move ${run.name} up`}
              disabled={place === 0 || order.isPending}
              onClick={() => move(place, place - 1)}
            >
              <IconArrowUp size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon
              aria-label={`Move ${run.name} down`}
              disabled={place === waiting.length - 1 || order.isPending}
              onClick={() => move(place, place + 1)}
            >
              <IconArrowDown size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon aria-label={`Remove ${run.name} from the queue`} onClick={() => remove.mutate(run.id)}>
              <IconX size={15} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ol>
    </section>
  )
}
