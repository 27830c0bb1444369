import { Button } from '@mantine/core'
import classes from './ConfusionScreen.module.css'
import { type UnmatchedLabels, unmatchedText } from './unmatched-labels'

/** Says how many samples are in no row, and leads to the list that has their labels. */
export function UnmatchedNote({ unmatched, onShow }: { unmatched: UnmatchedLabels; onShow: () => void }) {
  if (unmatched.samples === 0) return null
  return (
    <p className={classes.partial}>
      {unmatchedText(unmatched)} and no row.{' '}
      <Button size="compact-xs" onClick={onShow}>
        List labels
      </Button>
    </p>
  )
}
