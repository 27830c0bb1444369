import { useEffect, useState } from 'react'

/**
 * How many of `count` heavy parts to draw now: `step` at first, and so many more each frame, so that the page answers
 * in between. What was drawn stays.
 */
export function useGradually(count: number, step: number): number {
  const [drawn, setDrawn] = useState(step)
  useEffect(() => {
    if (drawn >= count) return
    const frame = requestAnimationFrame(() => setDrawn(drawn + step))
    return () => cancelAnimationFrame(frame)
  }, [drawn, count, step])
  return Math.min(drawn, count)
}
