import { Button, Text } from '@mantine/core'
import type { EstimateRun } from '@shared/api'
import { IconClock, IconDatabase } from '@tabler/icons-react'
import { useState } from 'react'
import { useRunEstimate } from '../../api/queries'
import { InlineError } from '../../ui/Messages'
import { formatBytes, formatCount, formatDuration } from '../../ui/format'
import classes from './RunEstimate.module.css'

/**
 * Disk and time that a run will take. The disk is known at once; the time is measured on a few images when asked for,
 * since that keeps the machine busy for some seconds. Of `runs` that differ in their target only, one stands for all.
 */
export function RunEstimate({ request, runs }: { request: EstimateRun; runs: number }) {
  // The time belongs to this request; after another choice it has to be asked for again.
  const [measured, setMeasured] = useState<string | null>(null)
  const key = JSON.stringify(request)
  const disk = useRunEstimate(request, false)
  const timed = useRunEstimate(request, true, measured === key)
  const estimate = timed.data ?? disk.data
  const fits = estimate && (estimate.bytesFree === null || estimate.bytes * runs < estimate.bytesFree)
  if (disk.isError) return <InlineError error={disk.error} retry={disk.refetch} />
  return (
    <div className={classes.estimate} aria-label="Estimate" role="group" aria-busy={disk.isPending || timed.isFetching}>
      <IconDatabase size={15} stroke={1.6} aria-hidden />
      {estimate ? (
        <span>
          About {formatBytes(estimate.bytes * runs)} for {formatCount(estimate.samples)} images
          {runs > 1 && ` in ${runs} runs`}
          {estimate.bytesFree !== null && `, ${formatBytes(estimate.bytesFree)} free`}
        </span>
      ) : (
        <span>Disk that it will take…</span>
      )}
      <IconClock size={15} stroke={1.6} aria-hidden />
      {estimate?.seconds != null ? (
        <span title={estimate.rateSource ?? undefined}>
          About {formatDuration(estimate.seconds * runs)} at {estimate.imagesPerSecond?.toFixed(1)} images/s
        </span>
      ) : (
        <span>
          <Button
            size="compact-xs"
            variant="default"
            disabled={!estimate}
            loading={timed.isFetching}
            onClick={() => setMeasured(key)}
          >
            Measure the time
          </Button>
        </span>
      )}
      {estimate && !fits && (
        <Text className={classes.warning} size="xs" role="alert">
          The disk will be full before the end: free some space, choose fewer methods, or set a limit.
        </Text>
      )}
      {timed.isError && (
        <div className={classes.error}>
          <InlineError error={timed.error} />
        </div>
      )}
    </div>
  )
}
