import { useEffect, useMemo, useState } from 'react'
import { type Clustered, orderOf } from './clustered'

/** As many are ordered before the next frame. */
const AT_ONCE = 150

/** The order of these things, similar ones beside each other; null until it is known, and for null. */
export function useClusterOrder(clustered: Clustered | null): Uint32Array | null {
  const atOnce = useMemo(() => (clustered && clustered.n <= AT_ONCE ? orderOf(clustered) : null), [clustered])
  const [made, setMade] = useState<{ of: Clustered; order: Uint32Array } | null>(null)
  useEffect(() => {
    if (clustered === null || clustered.n <= AT_ONCE) return
    const worker = new Worker(new URL('./cluster-worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<Uint32Array>) => setMade({ of: clustered, order: data })
    // Where workers are switched off the page has to wait.
    worker.onerror = () => setMade({ of: clustered, order: orderOf(clustered) })
    worker.postMessage(clustered)
    return () => worker.terminate()
  }, [clustered])
  return atOnce ?? (made !== null && made.of === clustered ? made.order : null)
}
