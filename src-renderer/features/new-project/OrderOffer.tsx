import { Button } from '@mantine/core'
import type { LabelMapping } from '@shared/api'
import { IconAlertTriangle } from '@tabler/icons-react'
import classes from './NewProjectScreen.module.css'

const SHOWN = 8

interface OrderOfferProps {
  /** The pairs of a matching by order, null where there is none to offer. */
  offer: LabelMapping | null
  labels: readonly string[]
  corrections: LabelMapping
  onTake: (mapping: LabelMapping) => void
}

/** Where no label means a class: what their order would make of them, to be taken or left. */
export function OrderOffer({ offer, labels, corrections, onTake }: OrderOfferProps) {
  if (offer === null || corrections.length > 0) return null
  return (
    <div role="note" aria-label="Matching by order">
      <p className={classes.verdict} data-good={false}>
        <IconAlertTriangle size={16} aria-hidden />
        <span>No label means a class by its name or number. In their order they would be:</span>
      </p>
      <ul className={classes.reasons}>
        {offer.slice(0, SHOWN).map(([label, index]) => (
          <li key={label}>
            {label} → {index === null ? 'no class' : `${index} ${labels[index] ?? ''}`}
          </li>
        ))}
        {offer.length > SHOWN && <li>and {offer.length - SHOWN} more</li>}
      </ul>
      <Button size="xs" onClick={() => onTake(offer)}>
        Match by order
      </Button>
    </div>
  )
}
