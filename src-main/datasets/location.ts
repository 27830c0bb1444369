import { basename } from 'node:path'

/** Where the bytes of an image lie: the absolute path of a file, or a member of a file. Plain values that cross ports. */
export type SampleLocation = string | Member

export type Member = RangeMember

/** Bytes that lie as they are inside a file: a member of a tar. */
export interface RangeMember {
  kind: 'range'
  /** Absolute path of the archive. */
  file: string
  offset: number
  length: number
  /** Name inside the archive, for messages. */
  name: string
}

/** The file on disk that holds a sample. */
export function containerOf(location: SampleLocation): string {
  return typeof location === 'string' ? location : location.file
}

/** A short name of a sample for messages: its file's, or the archive's and the member's. */
export function nameOf(location: SampleLocation): string {
  return basename(pathOf(location))
}

/** The path of a sample for messages, with the member after that of its archive. */
export function pathOf(location: SampleLocation): string {
  return typeof location === 'string' ? location : `${location.file}/${location.name}`
}
