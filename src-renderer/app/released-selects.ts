import { useEffect } from 'react'

/**
 * A select that was chosen from with the mouse gives the focus back, so that keys are shortcuts again instead of changing
 * what was chosen. With the keyboard it keeps the focus. Used once, by the frame.
 */
export function useReleasedSelects(): void {
  useEffect(() => {
    let byMouse: EventTarget | null = null
    const onPointer = ({ target }: Event) => (byMouse = target)
    const onKey = () => (byMouse = null)
    const onChange = ({ target }: Event) => {
      if (target instanceof HTMLSelectElement && target === byMouse) target.blur()
    }
    document.addEventListener('pointerdown', onPointer, true)
    document.addEventListener('keydown', onKey, true)
    document.addEventListener('change', onChange)
    return () => {
      document.removeEventListener('pointerdown', onPointer, true)
      document.removeEventListener('keydown', onKey, true)
      document.removeEventListener('change', onChange)
    }
  }, [])
}
