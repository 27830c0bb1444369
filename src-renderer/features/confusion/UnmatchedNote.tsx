import { Button } from '@mantine/core'
import { Link } from 'wouter'
import { links } from '../../base/links'
import classes from './ConfusionScreen.module.css'
import { type UnmatchedLabels, unmatchedText } from './unmatched-labels'

interface UnmatchedNoteProps {
  unmatched: UnmatchedLabels
  /** Whether no label in sight has a class. */
  all: boolean
  onShow: () => void
}

/** Says how many samples are neither right nor wrong, and leads to the list of their labels and to matching them. */
export function UnmatchedNote({ unmatched, all, onShow }: UnmatchedNoteProps) {
  if (unmatched.samples === 0) return null
  return (
    <p className={classes.partial}>
      {unmatchedText(unmatched)}
      {all ? '. ' : ': below the rule, neither right nor wrong. '}
      <Button size="compact-xs" onClick={onShow}>
        List labels
      </Button>
      {all && (
        <Button size="compact-xs" component={Link} href={links.runs} ml={4}>
          Match labels in Runs
        </Button>
      )}
    </p>
  )
}
