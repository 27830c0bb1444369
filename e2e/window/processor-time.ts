/**
 * The processor time of a page's tasks. The browser's `longtask` goes by the clock: on a machine with other work a task
 * is long because it waited. Traced, a task also says how long it was computing.
 */
import type { CDPSession, Page } from '@playwright/test'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds on the processor, and by the clock. */
  tdur?: number
  dur?: number
  args?: { name?: string }
}

export class ProcessorTime {
  readonly #devtools: CDPSession
  #events: TraceEvent[] = []

  private constructor(devtools: CDPSession) {
    this.#devtools = devtools
    devtools.on('Tracing.dataCollected', ({ value }) => {
      const events = value as unknown as TraceEvent[]
      this.#events.push(...events.filter(({ name }) => name === 'thread_name' || name.endsWith('RunTask')))
    })
  }

  static async of(page: Page): Promise<ProcessorTime> {
    const recorder = new ProcessorTime(await page.context().newCDPSession(page))
    await recorder.#start()
    return recorder
  }

  /** Milliseconds on the processor of every task of the page's main thread since the last time. */
  async take(): Promise<number[]> {
    const complete = new Promise((resolve) => this.#devtools.once('Tracing.tracingComplete', resolve))
    await this.#devtools.send('Tracing.end')
    await complete
    const tasks = mainThread(this.#events).map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000)
    await this.#start()
    return tasks
  }

  async #start(): Promise<void> {
    this.#events = []
    await this.#devtools.send('Tracing.start', { categories: 'toplevel', transferMode: 'ReportEvents' })
  }
}

/** Tasks of the main thread that has most of them: there is one page, and pages in reserve do nothing. */
function mainThread(events: readonly TraceEvent[]): TraceEvent[] {
  const threads = new Map<string, TraceEvent[]>()
  const key = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  for (const event of events) if (event.args?.name === 'CrRendererMain') threads.set(key(event), [])
  for (const event of events) if (event.ph === 'X') threads.get(key(event))?.push(event)
  return [...threads.values()].toSorted((a, b) => b.length - a.length)[0] ?? []
}
