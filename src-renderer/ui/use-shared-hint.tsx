import { Tooltip, type TooltipProps } from '@mantine/core'
import { type ReactNode, type SyntheticEvent, useState } from 'react'

/**
 * One tooltip for many elements, each of which says its text in `data-hint`: a tooltip of its own for each costs more
 * than what it explains. `area` goes on the element around them, `hint` anywhere. `draw` makes something else of the text.
 */
export function useSharedHint(look: Pick<TooltipProps, 'position'>, draw = (text: string): ReactNode => text) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const point = ({ target }: SyntheticEvent) =>
    setAnchor(target instanceof Element ? target.closest<HTMLElement>('[data-hint]') : null)
  const leave = () => setAnchor(null)
  const area = { onMouseOver: point, onFocus: point, onMouseLeave: leave, onBlur: leave }
  const hint: ReactNode = anchor && <Tooltip {...look} opened target={anchor} label={draw(anchor.dataset.hint ?? '')} />
  return { area, hint }
}
