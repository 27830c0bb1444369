import { Button } from '@mantine/core'
import { useLocation } from 'wouter'
import { MAX_SAMPLES, compareLink } from '../../shared/pins/compare-state'

/** Shows the chosen samples beside each other with every method of the run. */
export function SelectionCompare({ runId, chosen }: { runId: number; chosen: ReadonlySet<number> }) {
  const [, navigate] = useLocation()
  const tooMany = chosen.size > MAX_SAMPLES
  return (
    <Button
      size="xs"
      variant="subtle"
      color="gray"
      disabled={tooMany}
      title={tooMany ? `At most ${MAX_SAMPLES} samples are compared at a time` : undefined}
      onClick={() => navigate(compareLink(runId, { show: 'grid', samples: [...chosen] }))}
    >
      Compare
    </Button>
  )
}
