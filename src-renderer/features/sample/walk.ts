/**
 * Walking from sample to sample: a step is answered at once, and the address, with everything that is drawn from it,
 * follows when no further step comes.
 */
import { useEffect, useState } from 'react'

/** Between the last step and the address: browsers refuse addresses that change many times a second. */
const FOLLOW_MS = 120

/** Which sample is shown: that of the address, or the one that was walked to from there. */
export function useWalk(addressed: number) {
  const [step, setStep] = useState<{ from: number; to: number } | null>(null)
  // Another address, by whatever way, ends the walk.
  const id = step?.from === addressed ? step.to : addressed
  return {
    id,
    /** Whether the address is still that of an earlier sample. */
    walking: id !== addressed,
    walk: (to: number) => setStep({ from: addressed, to }),
  }
}

/** Writes the address of the sample that was walked to. `follow` keeps its identity. */
export function useFollowingAddress({ id, walking }: { id: number; walking: boolean }, follow: () => void): void {
  useEffect(() => {
    if (!walking) return
    const timer = setTimeout(follow, FOLLOW_MS)
    return () => clearTimeout(timer)
  }, [walking, id, follow])
}
