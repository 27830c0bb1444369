import { keyParts } from '../app/commands'
import classes from './Keys.module.css'

/** Keys as they stand on a keyboard: the parts of one side by side, one after the other where any of them does. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className={classes.keys}>
      {keys.map((key) => (
        <span key={key} className={classes.key}>
          {keyParts(key).map((part) => (
            <kbd key={part}>{part}</kbd>
          ))}
        </span>
      ))}
    </span>
  )
}
