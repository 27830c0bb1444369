import classes from './TermDot.module.css'

/** The colour of a tag or verdict, a ring for none; its name stands beside it. */
export function TermDot({ colour }: { colour: string | undefined }) {
  return <span className={classes.dot} data-none={colour === undefined} style={{ background: colour }} aria-hidden />
}
