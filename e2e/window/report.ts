/** Tables of what was measured, beside what is wanted. */
import { availableParallelism, cpus, loadavg } from 'node:os'
import type { Memory } from './memory'
import type { LongFrame, Noted } from './watch'

/** No task may take longer while scrolling, and no key may wait longer for its answer. */
const LIMIT_MS = 50

export interface Part {
  name: string
  noted: Noted
  /** Milliseconds on the processor of every task of the page. */
  tasks: readonly number[]
  /** Milliseconds until what was asked for was on the screen. */
  waits?: number[]
  /** Whether tasks over 50 ms are ruled out in it. */
  strict?: boolean
}

export interface MemoryAt {
  minute: number
  memory: Memory
}

export function printParts(samples: number, parts: readonly Part[]): void {
  const machine = `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`
  console.log(`\nThe window over ${samples.toLocaleString('en')} samples; ${machine}`)
  console.log(
    table(
      [
        '',
        'shown after',
        'frames/s',
        'tasks > 50 ms',
        'worst',
        'of processor time',
        'worst',
        'keys',
        'keys > 50 ms',
        'worst',
        'wanted',
        '',
      ],
      parts.map((part) => {
        const { noted, waits, strict, tasks } = part
        const heavy = tasks.filter((task) => task > LIMIT_MS)
        const slow = noted.keys.filter((key) => key > LIMIT_MS)
        const wanted = [...(strict ? ['no task'] : []), ...(noted.keys.length > 0 ? ['no key'] : [])]
        const broken = (strict && noted.tasks.length > 0) || slow.length > 0
        return [
          part.name,
          waits && waits.length > 0
            ? `${ms(median(waits))}${waits.length > 1 ? `, at most ${ms(largest(waits))}` : ''}`
            : '',
          (noted.drawn / noted.seconds).toFixed(0),
          String(noted.tasks.length),
          noted.tasks.length > 0 ? ms(largest(noted.tasks)) : '',
          String(heavy.length),
          ms(largest(tasks)),
          noted.keys.length > 0 ? `${noted.keys.length}, median ${upTo16(median(noted.keys))}` : '',
          noted.keys.length > 0 ? String(slow.length) : '',
          noted.keys.length > 0 ? upTo16(largest(noted.keys)) : '',
          wanted.length > 0 ? `${wanted.join(', ')} over 50 ms` : '',
          wanted.length === 0 ? '' : broken ? 'NO' : 'yes',
        ]
      }),
    ),
  )
  const long = parts.flatMap(({ name, noted }) => noted.frames.map((frame) => ({ name, frame })))
  if (long.length === 0) return
  console.log('\nThe longest frames: in scripts, and in style, layout and painting (canvases included)')
  const worst = long.toSorted((a, b) => b.frame.duration - a.frame.duration).slice(0, 12)
  console.log(table(['', 'frame', 'scripts', 'painting', 'longest script'], worst.map(frameCells)))
}

export function printMemory(readings: readonly MemoryAt[]): void {
  const cells = readings.map(({ minute, memory }) => [
    minute === 0 ? 'before' : `${minute} min`,
    megabytes(memory.heap),
    memory.resident === null ? '' : megabytes(memory.resident),
    memory.nodes.toLocaleString('en'),
  ])
  console.log(`\n${table(['memory', 'heap', 'process', 'nodes'], cells)}`)
}

function frameCells({ name, frame }: { name: string; frame: LongFrame }): string[] {
  return [name, ms(frame.duration), ms(frame.script), ms(frame.painting), frame.longest]
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd()
  return [head, ...rows].map(line).join('\n')
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  // 0 where nothing was measured.
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

const largest = (values: readonly number[]) => values.reduce((maximum, value) => Math.max(maximum, value), 0)
const ms = (value: number) => `${value.toFixed(0)} ms`
const upTo16 = (value: number) => (value <= 16 ? '16 ms or less' : ms(value))
export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
