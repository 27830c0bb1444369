import { Button, Modal } from '@mantine/core'
import type { ProjectInfo, UnclaimedRun } from '@shared/api'
import { useState } from 'react'
import { useRemoveUnclaimed, useRestoreRun } from '../api/upkeep-queries'
import { InlineError } from '../ui/Messages'
import { formatCount } from '../ui/format'
import classes from './UpkeepBanners.module.css'

/** Says that the project holds results whose run it does not know, one run at a time, and what can be done with them. */
export function UnclaimedBanner({ project }: { project: ProjectInfo }) {
  const [first] = project.unclaimed
  return first === undefined ? null : <Unclaimed key={first.id} results={first} />
}

function Unclaimed({ results }: { results: UnclaimedRun }) {
  const { id, name, samples, restorable } = results
  const restore = useRestoreRun()
  const [asked, setAsked] = useState(false)
  return (
    <div className={classes.banner} role="alert">
      <span>
        The project holds results of {formatCount(samples)} images of the run “{name}”, which its{' '}
        <code>review.sqlite</code> does not know: that file was restored, or is a new one. They belong to no other run.
      </span>
      {restore.isError && <InlineError error={restore.error} />}
      {restorable && (
        <Button size="compact-sm" variant="filled" loading={restore.isPending} onClick={() => restore.mutate(id)}>
          Restore the run
        </Button>
      )}
      <Button size="compact-sm" onClick={() => setAsked(true)}>
        Remove its results
      </Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title="Remove the results">
        <RemoveQuestion results={results} onKeep={() => setAsked(false)} />
      </Modal>
    </div>
  )
}

/** Unlike a run that is deleted, they cannot be brought back. */
function RemoveQuestion({ results: { id, name, samples }, onKeep }: { results: UnclaimedRun; onKeep: () => void }) {
  const remove = useRemoveUnclaimed()
  return (
    <>
      <p>
        The results of {formatCount(samples)} images of “{name}” are removed for good; only computing the run again
        makes them anew.
      </p>
      {remove.isError && <InlineError error={remove.error} />}
      <footer className={classes.footer}>
        <Button data-autofocus onClick={onKeep}>
          Keep them
        </Button>
        <Button variant="filled" color="red" loading={remove.isPending} onClick={() => remove.mutate(id)}>
          Remove
        </Button>
      </footer>
    </>
  )
}
