/** What an export wrote. */
export interface ExportReport {
  /** The file, or the folder of many. */
  out: string
  bytes: number
  /** Rows of a table, files of a batch. */
  rows: number
  /** Samples that had nothing to write, such as failed ones. */
  leftOut: number
  /** Files that were written beside it. */
  beside: string[]
}
