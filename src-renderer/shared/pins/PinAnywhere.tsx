import type { RunInfo } from '@shared/api'
import { linkedSample } from './linked-pane'
import { usePinCommand } from './pin-commands'

/** Answers the pin key where no part of the screen does: by the link to a sample that is meant, or by saying why not. */
export function PinAnywhere({ run }: { run: RunInfo }) {
  usePinCommand(
    () => linkedSample(run) ?? { why: 'Nothing to pin here. Go to a sample, or to a link to one, and press B.' },
  )
  return null
}
