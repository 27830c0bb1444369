import type { ProblemList } from './problem-list'

/** What is learned about a table while it is read. */
export interface TableNotes {
  problems: ProblemList
  assumed: string[]
  /** The first row as names of columns; also where it is a row of values. */
  names?: readonly string[]
  /** There is no line of names. */
  isHeadless?: boolean
  /** Why its labels are taken only where that is asked for. */
  offered?: string
  /** What it says of images are boxes. */
  isDetection?: boolean
}
