import { CloseButton } from '@mantine/core'
import { Link } from 'wouter'
import { type NoticeAction, dismiss, useLive } from '../api/live'
import classes from './Frame.module.css'

/** Messages of the main side, until they are dismissed. */
export function Notices() {
  const notices = useLive((live) => live.notices)
  return (
    <div className={classes.notices} role="log" aria-label="Notices" aria-live="polite">
      {notices.map(({ id, level, message, action }) => (
        <div key={id} className={classes.notice} data-level={level}>
          <span className={classes.noticeText}>
            {message} {action && <Action action={action} done={() => dismiss(id)} />}
          </span>
          <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}

function Action({ action: { text, href, act }, done }: { action: NoticeAction; done: () => void }) {
  const onClick = () => {
    act?.()
    done()
  }
  if (href === undefined) {
    return (
      <button type="button" className={classes.noticeLink} onClick={onClick}>
        {text}
      </button>
    )
  }
  return (
    <Link href={href} className={classes.noticeLink} onClick={onClick}>
      {text}
    </Link>
  )
}
