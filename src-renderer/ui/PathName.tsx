import { middleCut } from './middle-cut'
import classes from './PathName.module.css'

/**
 * A path or file name on one line, cut in its middle where there is no room for it: its beginning and its end are seen, and
 * all of it under the pointer. The whole name is one text for screen readers, for a search in the page and for copying;
 * the two parts are drawn as contents of the style sheet.
 */
export function PathName({ name }: { name: string }) {
  const cut = middleCut(name)
  if (!cut) {
    return (
      <span className={classes.short} title={name}>
        {name}
      </span>
    )
  }
  return (
    <span className={classes.name} title={name}>
      <span className={classes.whole}>{name}</span>
      <span className={classes.start} data-text={cut.start} aria-hidden />
      <span className={classes.end} data-text={cut.end} aria-hidden />
    </span>
  )
}
