import type { RunInfo } from '@shared/api'
import { runNotes } from '@shared/run-notes'
import { CodedText } from '../../ui/CodedText'
import classes from './RunsScreen.module.css'

/** What was assumed or passed over on the way to the numbers of a run. */
export function RunNotes({ run }: { run: RunInfo }) {
  const notes = runNotes(run)
  if (notes.length === 0) return null
  return (
    <>
      <h3 className={classes.subheading}>Assumed or passed over</h3>
      <ul className={classes.steps} aria-label={`Assumed or passed over in ${run.name}`}>
        {notes.map((note) => (
          <li key={note}>
            <CodedText>{note}</CodedText>
          </li>
        ))}
      </ul>
    </>
  )
}
