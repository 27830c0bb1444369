import { type RefObject, useEffect } from 'react'
import { isOverlaid } from '../../base/overlaid'

/**
 * While nothing else has the focus this element has it: what gave it up (`blur()`) and what had it and is gone leave the
 * keys to this element, instead of to nobody. A dialog or menu keeps them until it is closed.
 */
export function useKeptFocus(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const take = () => {
      if (document.activeElement === document.body && !isOverlaid()) element.current?.focus({ preventScroll: true })
    }
    // Where another element gets it, there is nothing to keep: it is on its way there.
    const onLost = ({ relatedTarget }: FocusEvent) => relatedTarget === null && queueMicrotask(take)
    // Browsers say nothing of an element that is taken away with the focus.
    const removals = new MutationObserver(take)
    document.addEventListener('focusout', onLost)
    removals.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusout', onLost)
      removals.disconnect()
    }
  }, [element])
}
