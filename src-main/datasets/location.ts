import { basename } from 'node:path'

/** Where the bytes of an image are: the absolute path of a file, or a member of a file. Plain values that can be sent to other processes. */
export type SampleLocation = string | Member

export type Member = RangeMember | ZipMember | IdxMember | ParquetMember

/** Bytes that lie as they are inside a file: a member of a tar. */
export interface RangeMember {
  kind: 'range'
  /** Absolute path of the archive. */
  file: string
  offset: number
  length: number
  /** Name inside the archive. */
  name: string
}

export interface ZipMember {
  kind: 'zip'
  file: string
  name: string
  /** Offset of the member's local header. */
  header: number
  /** Bytes inside the archive. */
  packed: number
  /** Bytes when unpacked. */
  size: number
  deflated: boolean
}

/** An encoded image in a column of a parquet file. */
export interface ParquetMember {
  kind: 'parquet'
  file: string
  /** The row's number. */
  name: string
  row: number
  column: string
}

/** 8-bit greyscale pixels of an IDX file, which may be gzipped as a whole. */
export interface IdxMember {
  kind: 'idx'
  file: string
  /** Its number. */
  name: string
  /** In the unpacked file. */
  offset: number
  width: number
  height: number
}

/** A box, for images without a mask: in pixels of the upright image, or in shares of it where no corner is beyond 1. */
export interface BoxMask {
  kind: 'box'
  left: number
  top: number
  right: number
  bottom: number
}

export type MaskLocation = SampleLocation | BoxMask

export function isBox(location: MaskLocation): location is BoxMask {
  return typeof location !== 'string' && location.kind === 'box'
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
