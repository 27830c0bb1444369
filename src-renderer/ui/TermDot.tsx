import classes from './TermDot.module.css'

/** The colour of a tag or verdict; its name stands beside it. */
export function TermDot({ colour }: { colour: string | undefined }) {
  return <span className={classes.dot} style={{ background: colour }} aria-hidden />
}
