import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { defineCommands, useCommands } from '../base/commands'
import type { ChangeState } from '../base/url-state'
import { type Viewport, WHOLE, ZOOM_STEP, readViewport, writeViewport, zoomAbout } from './viewport'

export const zoomCommands = defineCommands('Picture', {
  closer: { name: 'Enlarge the picture', keys: ['[plus]', 'Shift+[plus]', '='] },
  further: { name: 'Make it smaller', keys: ['-'] },
  whole: { name: 'Whole picture', keys: ['0'] },
})

/** Milliseconds that a viewport stays before the address says so: browsers refuse an entry for every turn of a wheel. */
const ADDRESS_AFTER_MS = 300

/** The viewport of a screen, kept in its address as `zoom`, and the keys that move it. */
export function useViewport(
  stored: string,
  change: ChangeState<{ zoom: string }>,
): [Viewport, (viewport: Viewport) => void] {
  const [viewport, setViewport] = useState(() => readViewport(stored))
  const [seen, setSeen] = useState(stored)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latestChange = useRef(change)
  useLayoutEffect(() => {
    latestChange.current = change
  })
  useEffect(() => () => clearTimeout(timer.current), [])
  // Another address: Back, or a link.
  if (seen !== stored) {
    setSeen(stored)
    setViewport(readViewport(stored))
  }

  const show = (next: Viewport) => {
    setViewport(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => latestChange.current({ zoom: writeViewport(next) }), ADDRESS_AFTER_MS)
  }
  useCommands(zoomCommands, {
    closer: () => show(zoomAbout(viewport, ZOOM_STEP, viewport)),
    further: () => show(zoomAbout(viewport, 1 / ZOOM_STEP, viewport)),
    whole: () => show(WHOLE),
  })
  return [viewport, show]
}
