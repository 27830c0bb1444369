import type { FilterError } from '@shared/filter'
import type { Offers } from './completion'
import classes from './FilterField.module.css'
import { FilterLegend } from './FilterLegend'

interface FilterHelpProps {
  id: string
  error: FilterError | null
  offered: Offers | null
  marked: number
  onTake: (option: number) => void
}

/** Below the field while it is written in: what is wrong, what can come next, and the language. */
export function FilterHelp({ id, error, offered, marked, onTake }: FilterHelpProps) {
  return (
    <>
      {error && (
        <p className={classes.error} role="alert">
          {error.message}
        </p>
      )}
      {offered && offered.options.length > 0 ? (
        <div id={id} role="listbox" aria-label={offered.title}>
          {offered.options.map(({ text, hint }, option) => (
            <div
              key={text}
              id={`${id}-${option}`}
              role="option"
              aria-selected={option === marked}
              className={classes.option}
              // The field keeps the focus.
              onMouseDown={(event) => {
                event.preventDefault()
                onTake(option)
              }}
            >
              <code>{text}</code>
              <span>{hint}</span>
            </div>
          ))}
        </div>
      ) : (
        <FilterLegend />
      )}
    </>
  )
}
