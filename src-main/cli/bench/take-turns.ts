import { loadavg } from 'node:os'

/** What is measured: one call is one batch. */
export interface Turn {
  name: string
  run(): Promise<unknown>
}

export interface TurnTiming {
  name: string
  /** Processor time of a call in milliseconds, the least and the median of all rounds. */
  leastMs: number
  medianMs: number
  /** Median of its time by the clock. */
  clockMs: number
  /** Against the first turn of the same round: the least against its least, and the median of the pairs. */
  leastRatio: number
  pairedRatio: number
}

/**
 * Calls that take turns, so that a machine that slows down slows all of them, by the processor time of this process: what else runs on the machine
 * counts little. One round before the first is not measured.
 */
export async function takeTurns(
  turns: readonly Turn[],
  rounds: number,
  status: (round: number) => void,
): Promise<{ timings: TurnTiming[]; load: number }> {
  const times = turns.map(() => [] as number[])
  const clocks = turns.map(() => [] as number[])
  for (let round = -1; round < rounds; round++) {
    status(round)
    for (const [at, { run }] of turns.entries()) {
      const [started, before] = [performance.now(), process.cpuUsage()]
      await run()
      if (round < 0) continue
      times[at]!.push(processorMs(before))
      clocks[at]!.push(performance.now() - started)
    }
  }
  const first = times[0]!
  const timings = turns.map(({ name }, at) => {
    const own = times[at]!
    return {
      name,
      leastMs: Math.min(...own),
      medianMs: median(own),
      clockMs: median(clocks[at]!),
      leastRatio: Math.min(...own) / Math.min(...first),
      pairedRatio: median(own.map((ms, round) => ms / first[round]!)),
    }
  })
  return { timings, load: loadavg()[0]! }
}

/** Milliseconds that this process has computed for since `before`. */
export function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Of an even number of values the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
