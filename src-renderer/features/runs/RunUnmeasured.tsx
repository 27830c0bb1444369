import type { RunInfo } from '@shared/api'
import { unmeasuredText } from '@shared/masks'
import { Link } from 'wouter'
import { useUnmeasured } from '../../api/queries'
import { links } from '../../base/links'
import { formatCount } from '../../ui/format'
import classes from './RunErrors.module.css'

/** Images with a mask and no localisation, by reason, each with a few that can be opened. While a run computes, this is not shown yet. */
export function RunUnmeasured({ run, done, running }: { run: RunInfo; done: number; running: boolean }) {
  const groups = useUnmeasured(run.id, done, !running && done > 0).data ?? []
  if (groups.length === 0) return null
  return (
    <section className={classes.errors} aria-label="Images without localisation">
      <h3 className={classes.heading}>No localisation, everything else is there</h3>
      {groups.map((group) => (
        <details key={group.kind} className={classes.group}>
          <summary>{unmeasuredText(group)}</summary>
          <ul>
            {group.examples.map(({ id, path, message }) => (
              <li key={id}>
                <Link href={links.sample(run.id, id)}>{path}</Link>
                <span>{message}</span>
              </li>
            ))}
            {group.count > group.examples.length && (
              <li>and {formatCount(group.count - group.examples.length)} more</li>
            )}
          </ul>
        </details>
      ))}
    </section>
  )
}
