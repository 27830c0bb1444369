import type { DatasetReport } from '@shared/api'
import { IconInfoCircle } from '@tabler/icons-react'
import { formatCount } from '../../ui/format'
import classes from './NewProjectScreen.module.css'

/** What was taken for granted when a dataset was read, and what was passed over. */
export function DatasetNotes({ report: { assumed, passedOver } }: { report: DatasetReport }) {
  return (
    <>
      {assumed.map((sentence) => (
        <p key={sentence} className={classes.verdict}>
          <IconInfoCircle size={16} aria-hidden /> <span>{sentence}</span>
        </p>
      ))}
      {passedOver.length > 0 && (
        <section aria-label="Passed over">
          <h3 className={classes.subheading}>Passed over</h3>
          <ul className={classes.reasons}>
            {passedOver.map(({ what, count, why }) => (
              <li key={what}>
                {formatCount(count)} × {what}: {why}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

/** "train 800, test 200"; null for a dataset without splits. */
export function splitsText({ splits }: DatasetReport): string | null {
  return splits.length === 0 ? null : splits.map(({ split, count }) => `${split} ${formatCount(count)}`).join(', ')
}
