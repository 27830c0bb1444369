import { keyParts } from '../base/commands'
import classes from './Keys.module.css'

/** More digits than this are named by the first and the last. */
const MOST = 4

/** Keys as they stand on a keyboard: the parts of one side by side, one after the other where any of them does. */
export function Keys({ keys }: { keys: readonly string[] }) {
  // A sign is shifted on some keyboards and plain on others.
  const distinct = [...new Map(keys.map((key) => [keyParts(key).join(), keyParts(key)]))]
  const [first, last] = [distinct[0]?.[0], distinct.at(-1)?.[0]]
  if (distinct.length > MOST && distinct.every(([key]) => /^\d$/.test(key))) {
    return (
      <span className={classes.keys}>
        <span className={classes.key}>
          <kbd>{first}</kbd> to <kbd>{last}</kbd>
        </span>
      </span>
    )
  }
  return (
    <span className={classes.keys}>
      {distinct.map(([key, parts]) => (
        <span key={key} className={classes.key}>
          {parts.map((part) => (
            <kbd key={part}>{part}</kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
