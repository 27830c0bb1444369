import { Button } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconLoader2 } from '@tabler/icons-react'
import { failedHere, retryFailed, useSaving } from '../../api/annotate'
import classes from './Annotations.module.css'
import { isDraftHere, useNoteDrafts } from './note-drafts'

/** Whether what was done is on the disk: "Saved" is only said after the library acknowledged it. */
export function SaveStatus() {
  const saving = useSaving()
  const { pending, saved } = saving
  const unsaved = useNoteDrafts(({ drafts }) => Object.values(drafts).filter(isDraftHere).length)
  const [first] = failedHere(saving)
  return (
    <span className={classes.status} role="status" aria-label="Saving">
      {first ? (
        <>
          <IconAlertTriangle size={14} className={classes.failed} aria-hidden />
          <span className={classes.failed}>Not saved: {first.message}</span>
          <Button size="compact-xs" onClick={() => void retryFailed()}>
            Try again
          </Button>
        </>
      ) : pending > 0 || unsaved > 0 ? (
        <>
          <IconLoader2 size={14} aria-hidden /> Saving…
        </>
      ) : (
        saved && (
          <>
            <IconCheck size={14} aria-hidden /> Saved
          </>
        )
      )}
    </span>
  )
}
