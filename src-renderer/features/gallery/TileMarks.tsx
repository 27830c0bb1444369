import { MARK, type Term } from '@shared/api'
import { memo } from 'react'
import type { SampleMarks } from '../../api/annotation-queries'
import classes from './TileMarks.module.css'

/** Tags and verdicts of the project, by id. */
export interface Terms {
  tags: Map<number, Term>
  verdicts: Map<number, Term>
}

/** What reviewers said of a tile, in signs: round for tags, square with its initial for the verdict, a pencil for a note, a frame for regions. */
export const TileMarks = memo(function TileMarks({ marks, terms }: { marks: SampleMarks; terms: Terms }) {
  const verdict = terms.verdicts.get(marks.verdict)
  return (
    <span className={classes.marks} aria-hidden>
      {marks.tags.map((id) => (
        <span key={id} className={classes.tag} style={{ background: terms.tags.get(id)?.colour }} />
      ))}
      {verdict && (
        <span className={classes.verdict} style={{ background: verdict.colour }}>
          {[...verdict.name].slice(0, 1).join('').toUpperCase()}
        </span>
      )}
      {(marks.marks & MARK.region) !== 0 && <span className={classes.region} />}
      {(marks.marks & MARK.note) !== 0 && <span className={classes.note}>✎</span>}
    </span>
  )
})

/** The same in words; '' for nothing. */
export function saidOf({ tags, verdict, marks }: SampleMarks, terms: Terms): string {
  const names = tags.map((id) => terms.tags.get(id)?.name ?? '')
  const said = [
    names.length > 0 && `tagged ${names.join(', ')}`,
    verdict > 0 && `verdict ${terms.verdicts.get(verdict)?.name ?? ''}`,
    (marks & MARK.note) !== 0 && 'with a note',
    (marks & MARK.region) !== 0 && 'with a region',
    (marks & MARK.conflict) !== 0 && 'reviewers differ',
  ]
  return said.filter(Boolean).join('; ')
}

/** Whether there is anything to show. */
export const isMarked = ({ tags, verdict, marks }: SampleMarks) => tags.length > 0 || verdict > 0 || marks !== 0
