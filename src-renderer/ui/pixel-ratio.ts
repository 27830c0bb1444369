import { useSyncExternalStore } from 'react'

/**
 * Pixels of the screen a CSS pixel. It changes when the page is zoomed and when the window moves to a screen of another
 * scale, which fires no 'resize': whoever draws on a canvas draws again with the new one.
 */
export function usePixelRatio(): number {
  return useSyncExternalStore(subscribe, () => devicePixelRatio)
}

function subscribe(changed: () => void): () => void {
  let query: MediaQueryList
  const listen = () => {
    query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`)
    query.addEventListener('change', onChange, { once: true })
  }
  const onChange = () => {
    changed()
    listen()
  }
  listen()
  return () => query.removeEventListener('change', onChange)
}
