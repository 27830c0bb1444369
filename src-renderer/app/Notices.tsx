import { CloseButton } from '@mantine/core'
import { dismiss, useLive } from '../api/live'
import classes from './Frame.module.css'

/** Messages of the main side, until they are dismissed. */
export function Notices() {
  const notices = useLive((live) => live.notices)
  return (
    <div className={classes.notices} role="log" aria-label="Notices" aria-live="polite">
      {notices.map(({ id, level, message }) => (
        <div key={id} className={classes.notice} data-level={level}>
          <span className={classes.noticeText}>{message}</span>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
