/** Drawing in small portions: jobs run before the next frames, a few milliseconds of each, so that no task is long. */

const BUDGET_MS = 8

/** By key: a job that is asked for again before it ran runs once. */
const jobs = new Map<object, () => void>()
let scheduled = false

export function queuePaint(key: object, paint: () => void): void {
  jobs.set(key, paint)
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(work)
}

export function dropPaint(key: object): void {
  jobs.delete(key)
}

function work(): void {
  const end = performance.now() + BUDGET_MS
  for (const [key, paint] of jobs) {
    jobs.delete(key)
    paint()
    if (performance.now() > end) break
  }
  scheduled = jobs.size > 0
  if (scheduled) requestAnimationFrame(work)
}
