import { CloseButton, UnstyledButton } from '@mantine/core'
import { filterError } from './filter-terms'
import { negateTerm, splitFilter, withoutTerm } from './single-terms'
import classes from './FilterChips.module.css'

/** Each term of the filter by itself: a click turns it round, the cross takes it away. */
export function FilterChips({ filter, onCommit }: { filter: string; onCommit: (filter: string) => void }) {
  if (filter.trim() === '' || filterError(filter)) return null
  return (
    <ul className={classes.chips} aria-label="Terms of the filter">
      {splitFilter(filter).map(({ text, negated }, index) => (
        <li key={`${index} ${text}`} className={classes.chip} data-negated={negated}>
          <UnstyledButton
            className={classes.text}
            title={negated ? 'Without these. Click for only these' : 'Only these. Click for all but these'}
            aria-label={`${text}; turn round`}
            onClick={() => onCommit(negateTerm(filter, index))}
          >
            {negated && <b>not</b>}
            {text.replace(/^-/, '')}
          </UnstyledButton>
          <CloseButton
            size={18}
            iconSize={12}
            aria-label={`Remove ${text}`}
            onClick={() => onCommit(withoutTerm(filter, index))}
          />
        </li>
      ))}
    </ul>
  )
}
