/** What the browser itself notes while a page is used: long tasks, long frames, and how long keys took to be answered. */
import type { Page } from '@playwright/test'

/** A frame that took more than 50 ms, as the browser's `long-animation-frame`. Milliseconds. */
export interface LongFrame {
  duration: number
  /** Spent in scripts, forced layouts included. */
  script: number
  /** From the beginning of style and layout to the end: style, layout, painting, and drawing on canvases. */
  painting: number
  /** The script that took longest. */
  longest: string
}

export interface Noted {
  seconds: number
  /** Durations of tasks over 50 ms, as the browser's `longtask`. */
  tasks: number[]
  frames: LongFrame[]
  /**
   * Of each key from when it was pressed to the frame that answered it, as the browser's `event` notes it: in steps of
   * 8 ms, and 16 for all that took less.
   */
  keys: number[]
  /** Frames that were made. */
  drawn: number
}

/** Script of the page. What has been noted is handed out once. */
const WATCH = `(() => {
  let noted, counted, started
  const begin = () => {
    noted = { tasks: [], frames: [], keys: [], drawn: 0 }
    counted = performance.eventCounts.get('keydown') ?? 0
    started = performance.now()
  }
  begin()
  const observe = (type, take, options) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(take))
    observer.observe({ type, ...options })
    return () => observer.takeRecords().forEach(take)
  }
  const observers = [
    observe('longtask', ({ duration }) => noted.tasks.push(duration)),
    observe('long-animation-frame', (frame) => {
      const longest = frame.scripts.toSorted((a, b) => b.duration - a.duration)[0]
      noted.frames.push({
        duration: frame.duration,
        script: frame.scripts.reduce((sum, { duration }) => sum + duration, 0),
        painting: frame.styleAndLayoutStart ? frame.startTime + frame.duration - frame.styleAndLayoutStart : 0,
        longest: longest
          ? longest.invoker + ' ' + longest.sourceFunctionName + ' ' + Math.round(longest.duration) + ' ms'
          : '',
      })
    }),
    observe('event', ({ name, duration }) => name === 'keydown' && noted.keys.push(duration), { durationThreshold: 16 }),
  ]
  const count = () => {
    noted.drawn += 1
    requestAnimationFrame(count)
  }
  requestAnimationFrame(count)
  window.takeNotes = () => {
    observers.forEach((flush) => flush())
    const quick = (performance.eventCounts.get('keydown') ?? 0) - counted - noted.keys.length
    for (let key = 0; key < quick; key += 1) noted.keys.push(16)
    const taken = { ...noted, seconds: (performance.now() - started) / 1000 }
    begin()
    return taken
  }
})()`

/** Watches every page that is loaded from now on. */
export async function watch(page: Page): Promise<void> {
  await page.addInitScript(WATCH)
}

/** What was noted since the last time. The last key is answered first. */
export async function takeNotes(page: Page): Promise<Noted> {
  await page.evaluate(`new Promise((answered) => requestAnimationFrame(() => setTimeout(answered, 100)))`)
  return page.evaluate<Noted>(`takeNotes()`)
}
