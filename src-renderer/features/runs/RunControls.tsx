import { Button } from '@mantine/core'
import type { RunInfo } from '@shared/api'
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react'
import { type RunAction, useRunControl } from '../../api/queries'
import { InlineError } from '../../ui/Messages'
import { type RunStatus, canResume, isActive } from '../../shared/run-status'

/** Pause, resume, cancel: what makes sense in the run's state. */
export function RunControls({ run, status: { state, stopping } }: { run: RunInfo; status: RunStatus }) {
  const control = useRunControl(run.id)
  const act = (action: RunAction) => ({
    onClick: () => control.mutate(action),
    loading: control.isPending && control.variables === action && !stopping,
    size: 'xs',
  })
  return (
    <>
      {control.isError && <InlineError error={control.error} />}
      {isActive(state) && !stopping && (
        <Button {...act('pause')} leftSection={<IconPlayerPause size={14} aria-hidden />}>
          Pause
        </Button>
      )}
      {isActive(state) && stopping && (
        <Button {...act('stop')} leftSection={<IconPlayerStop size={14} aria-hidden />}>
          Stop now
        </Button>
      )}
      {canResume(state) && (
        <Button {...act('resume')} variant="filled" leftSection={<IconPlayerPlay size={14} aria-hidden />}>
          {state === 'pending' ? 'Start' : 'Resume'}
        </Button>
      )}
      {state === 'queued' && (
        <Button {...act('pause')} leftSection={<IconX size={14} aria-hidden />}>
          Remove from queue
        </Button>
      )}
      {((isActive(state) && !stopping) || state === 'paused') && (
        <Button {...act('cancel')} leftSection={<IconX size={14} aria-hidden />}>
          Cancel
        </Button>
      )}
    </>
  )
}
