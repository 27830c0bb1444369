import { ActionIcon, Button, Modal, NativeSelect, Progress, Skeleton, VisuallyHidden } from '@mantine/core'
import type { EvaluationInfo, EvaluationRequest, RunInfo } from '@shared/api'
import { IconPlayerPause, IconPlayerPlay, IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { type EvaluationAction, useEvaluationControl, useEvaluations } from '../../api/evaluation-queries'
import { EmptyMessage, ErrorMessage, InlineError } from '../../ui/Messages'
import { EvaluationForm } from './EvaluationForm'
import { evaluationName, evaluationProgress } from './evaluation-words'
import classes from './Evaluations.module.css'

interface ChosenEvaluationProps {
  run: RunInfo
  what: EvaluationRequest['what']
  /** The one in view; the newest without. */
  chosen: number | null
  /** Where a new one begins. */
  filter: string
  onChoose: (id: number | null) => void
  /** What there is to say before anything was evaluated. */
  empty: { title: string; text: string }
  /** Beside the picker. */
  aside?: (info: EvaluationInfo) => ReactNode
  /** What a finished one says. */
  children: (info: EvaluationInfo) => ReactNode
}

/** Evaluations of one kind of a run: which is in view, how far it is, how to begin another. */
export function ChosenEvaluation(props: ChosenEvaluationProps) {
  const { run, what, chosen, filter, onChoose, empty, aside, children } = props
  const [formShown, setFormShown] = useState(false)
  const evaluations = useEvaluations(run.id)
  if (evaluations.isLoadingError) return <ErrorMessage error={evaluations.error} retry={evaluations.refetch} />
  if (!evaluations.data) return <Skeleton height={240} aria-busy="true" />
  const ofKind = evaluations.data.filter(({ request }) => request.what === what)
  const info = ofKind.find(({ id }) => id === chosen) ?? ofKind[0]
  const form = (
    <Modal
      opened={formShown}
      onClose={() => setFormShown(false)}
      size="lg"
      title={what === 'maps' ? 'Evaluate maps' : 'Switch off heads'}
    >
      <EvaluationForm
        run={run}
        what={what}
        filter={filter}
        onStarted={({ id }) => {
          setFormShown(false)
          onChoose(id)
        }}
      />
    </Modal>
  )
  if (info === undefined) {
    return (
      <>
        <EmptyMessage
          title={empty.title}
          actions={
            <Button variant="filled" onClick={() => setFormShown(true)}>
              Begin…
            </Button>
          }
        >
          {empty.text}
        </EmptyMessage>
        {form}
      </>
    )
  }
  return (
    <>
      <div className={classes.picker}>
        <NativeSelect
          className={classes.choice}
          size="xs"
          aria-label="Evaluation"
          value={String(info.id)}
          data={ofKind.map((each) => ({ value: String(each.id), label: evaluationName(each) }))}
          onChange={(event) => onChoose(Number(event.currentTarget.value))}
        />
        {aside?.(info)}
        <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setFormShown(true)}>
          New…
        </Button>
        <Remove key={info.id} info={info} onRemoved={() => onChoose(null)} />
      </div>
      {form}
      <VisuallyHidden role="status">{info.state === 'finished' && 'The evaluation is finished.'}</VisuallyHidden>
      {info.state === 'finished' ? children(info) : <Unfinished key={info.id} info={info} />}
    </>
  )
}

function Remove({ info, onRemoved }: { info: EvaluationInfo; onRemoved: () => void }) {
  const control = useEvaluationControl(info)
  return (
    <ActionIcon
      aria-label="Take this evaluation off the list"
      title="Takes it off the list; what was measured is kept, and is there when it is asked for again"
      loading={control.isPending}
      onClick={() => control.mutate('remove', { onSuccess: onRemoved })}
    >
      <IconTrash size={15} aria-hidden />
    </ActionIcon>
  )
}

function Unfinished({ info }: { info: EvaluationInfo }) {
  const control = useEvaluationControl(info)
  const act = (action: EvaluationAction) => ({
    onClick: () => control.mutate(action),
    loading: control.isPending && control.variables === action,
    size: 'xs' as const,
  })
  const { state, done, total, error } = info
  const underWay = state === 'running' || state === 'queued'
  return (
    <section className={classes.underWay} aria-label="Progress of the evaluation">
      <strong>{underWay ? evaluationName(info) : state === 'failed' ? 'It stopped' : 'Not finished'}</strong>
      <Progress
        value={total === 0 ? 0 : (100 * done) / total}
        size={5}
        color={underWay ? 'lamp' : 'gray'}
        aria-hidden
      />
      <p className={classes.hint} aria-live={underWay ? 'off' : 'polite'}>
        {underWay
          ? evaluationProgress(info)
          : error
            ? error.message
            : 'What was measured is kept; it goes on from there. Means of a part would be those of the first labels, so none are shown.'}
      </p>
      {control.isError && <InlineError error={control.error} />}
      <div className={classes.actions}>
        {underWay ? (
          <Button {...act('pause')} leftSection={<IconPlayerPause size={14} aria-hidden />}>
            Pause
          </Button>
        ) : (
          <Button {...act('resume')} variant="filled" leftSection={<IconPlayerPlay size={14} aria-hidden />}>
            Go on
          </Button>
        )}
      </div>
    </section>
  )
}
