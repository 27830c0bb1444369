import { type RefObject, useEffect } from 'react'
import { isOverlaid } from '../../base/overlaid'

/**
 * This element has the focus while no other element has it: after `blur()`, or when the focused element is removed, keys
 * go to this element instead of nowhere. A dialog or menu keeps the focus until it is closed.
 */
export function useKeptFocus(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const take = () => {
      if (document.activeElement === document.body && !isOverlaid()) element.current?.focus({ preventScroll: true })
    }
    // Another element is about to get the focus, so there is nothing to keep.
    const onLost = ({ relatedTarget }: FocusEvent) => relatedTarget === null && queueMicrotask(take)
    // Browsers send no event when the focused element is removed.
    const removals = new MutationObserver(take)
    document.addEventListener('focusout', onLost)
    removals.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusout', onLost)
      removals.disconnect()
    }
  }, [element])
}
