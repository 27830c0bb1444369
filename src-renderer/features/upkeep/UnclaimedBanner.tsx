import { Button } from '@mantine/core'
import type { ProjectInfo, UnclaimedRun } from '@shared/api'
import { useRemoveUnclaimed, useRestoreRun } from '../../api/upkeep-queries'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import classes from './Upkeep.module.css'

/** Says that the project holds results whose run it does not know, one run at a time, and what can be done with them. */
export function UnclaimedBanner({ project }: { project: ProjectInfo }) {
  const [first] = project.unclaimed
  return first === undefined ? null : <Unclaimed key={first.id} results={first} />
}

function Unclaimed({ results: { id, name, samples, restorable } }: { results: UnclaimedRun }) {
  const restore = useRestoreRun()
  const remove = useRemoveUnclaimed()
  const error = restore.error ?? remove.error
  return (
    <div className={classes.banner} role="alert">
      <span>
        The project holds results of {formatCount(samples)} images of the run “{name}”, which its{' '}
        <code>review.sqlite</code> does not know: that file was restored, or is a new one. They belong to no other run.
      </span>
      {error !== null && <InlineError error={error} />}
      {restorable && (
        <Button size="compact-sm" variant="filled" loading={restore.isPending} onClick={() => restore.mutate(id)}>
          Restore the run
        </Button>
      )}
      <Button size="compact-sm" loading={remove.isPending} onClick={() => remove.mutate(id)}>
        Remove its results
      </Button>
    </div>
  )
}
