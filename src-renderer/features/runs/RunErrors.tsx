import type { RunInfo } from '@shared/api'
import { errorKind } from '@shared/error-kinds'
import { Link } from 'wouter'
import { useRunErrors } from '../../api/queries'
import { links } from '../../base/links'
import { InlineError } from '../../ui/Messages'
import { formatCount } from '../../ui/format'
import classes from './RunErrors.module.css'

const FAILED = { filter: 'error:true' }

/** Images without a result, by the kind of their error, each with a few that can be opened. */
export function RunErrors({ run, failed }: { run: RunInfo; failed: number }) {
  const groups = useRunErrors(run.id, failed > 0)
  if (failed === 0) return null
  if (groups.isLoadingError) return <InlineError error={groups.error} retry={groups.refetch} />
  return (
    <section className={classes.errors} aria-label="Images without a result">
      <h3 className={classes.heading}>
        {formatCount(failed)} {failed === 1 ? 'image has' : 'images have'} no result
        <Link href={links.gallery(run.id, FAILED)}>Show in the gallery</Link>
      </h3>
      {groups.data?.map(({ code, count, examples }) => (
        <details key={code} className={classes.group}>
          <summary>
            {formatCount(count)} {errorKind(code)}
          </summary>
          <ul>
            {examples.map(({ id, path, message }) => (
              <li key={id}>
                <Link href={links.sample(run.id, id, FAILED)}>{path}</Link>
                <span>{message}</span>
              </li>
            ))}
            {count > examples.length && <li>and {formatCount(count - examples.length)} more</li>}
          </ul>
        </details>
      ))}
    </section>
  )
}
