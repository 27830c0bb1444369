import { Button } from '@mantine/core'
import type { RunInfo, RunState } from '@shared/api'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { type RunAction, useRunControl } from '../../api/queries'
import { InlineError } from '../../ui/Messages'
import { isActive } from './run-status'

/** Pause, resume, cancel: what makes sense in the run's state. */
export function RunControls({ run, state }: { run: RunInfo; state: RunState }) {
  const control = useRunControl(run.id)
  const act = (action: RunAction) => ({
    onClick: () => control.mutate(action),
    loading: control.isPending && control.variables === action,
    disabled: control.isPending,
    size: 'xs',
  })
  return (
    <>
      {control.isError && <InlineError error={control.error} />}
      {isActive(state) && (
        <Button {...act('pause')} leftSection={<IconPlayerPause size={14} aria-hidden />}>
          Pause
        </Button>
      )}
      {(state === 'paused' || state === 'failed' || state === 'cancelled') && (
        <Button {...act('resume')} variant="filled" leftSection={<IconPlayerPlay size={14} aria-hidden />}>
          Resume
        </Button>
      )}
      {(isActive(state) || state === 'paused') && (
        <Button {...act('cancel')} leftSection={<IconX size={14} aria-hidden />}>
          Cancel
        </Button>
      )}
    </>
  )
}
