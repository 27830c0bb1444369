import { IconCheck, IconMinus, IconX } from '@tabler/icons-react'
import classes from './Outcome.module.css'

/** Right, wrong or unknown, told apart by shape as well as by colour. */
export function OutcomeMark({ correct, size = 14 }: { correct: boolean | null; size?: number }) {
  if (correct === null) return <IconMinus className={classes.unknown} size={size} aria-label="no label" />
  if (correct) return <IconCheck className={classes.correct} size={size} stroke={2.4} aria-label="correct" />
  return <IconX className={classes.wrong} size={size} stroke={2.6} aria-label="wrong" />
}
