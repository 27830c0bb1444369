/** The export part of the contract: files that are written in the background, on the machine that Headlight runs on. */
import { z } from 'zod'
import { METHOD_IDS } from '@headlight/explain/methods'
import type { ErrorCode } from '../errors'
import { of } from './call'
import { idSchema } from './limits'

export const TABLE_FORMATS = ['csv', 'json', 'parquet', 'npz'] as const
export const EXPORT_FORMATS = {
  predictions: TABLE_FORMATS,
  scores: TABLE_FORMATS,
  maps: TABLE_FORMATS,
  statistics: TABLE_FORMATS,
  annotations: TABLE_FORMATS,
  overlays: ['png', 'npy'],
  report: ['html'],
} as const
export type ExportWhat = keyof typeof EXPORT_FORMATS
export const EXPORT_WHATS = Object.keys(EXPORT_FORMATS) as [ExportWhat, ...ExportWhat[]]

/** Pixels of the longer side of an overlay. */
export const OVERLAY_SIZE = { default: 512, largest: 4096 }

export const exportRequestSchema = z
  .object({
    runId: idSchema,
    what: z.enum(EXPORT_WHATS),
    format: z.string().max(10),
    filter: z.string().max(2000),
    /** A file; of overlays a folder. */
    out: z.string().min(1).max(4096),
    /** Write over a file that is there. */
    replace: z.boolean().default(false),
    /** Quantities that predictions have as further columns; `all` for all of maps. */
    quantities: z.array(z.string().max(200)).max(500).default([]),
    method: z.enum(METHOD_IDS).optional(),
    size: z.number().int().min(1).max(OVERLAY_SIZE.largest).default(OVERLAY_SIZE.default),
    pattern: z.string().min(1).max(200).optional(),
    /** Existing overlays are kept. */
    skipExisting: z.boolean().default(false),
    /** The box of a detector's query is drawn over overlays. */
    boxes: z.boolean().default(true),
  })
  .refine(({ what, format }) => (EXPORT_FORMATS[what] as readonly string[]).includes(format), {
    path: ['format'],
    message: 'this is not written in that format',
  })
export type ExportRequest = z.input<typeof exportRequestSchema>

/** What an export wrote. */
export interface ExportReport {
  /** The file, or the folder of many. */
  out: string
  bytes: number
  /** Rows of a table, files of a batch, cards of a report. */
  rows: number
  /** Samples without anything to write, such as failed ones, or that did not fit into a report. */
  leftOut: number
  /** Files that were written beside it. */
  beside: string[]
}

export type ExportState = 'running' | 'paused' | 'finished' | 'failed' | 'cancelled'

/** An export of this session of the program, in progress or finished. */
export interface ExportJob {
  id: number
  what: ExportWhat
  format: string
  out: string
  state: ExportState
  done: number
  /** 0 while it is not known. */
  total: number
  report: ExportReport | null
  error: { code: ErrorCode; message: string } | null
}

const job = z.object({ id: idSchema.positive() })

export const exportCalls = {
  /** Starts an export. Throws 'usage' where a file of that name exists and may not be replaced. */
  'exports.start': of<ExportJob>().with(exportRequestSchema),
  'exports.list': of<ExportJob[]>().with(z.object({})),
  'exports.pause': of<null>().with(job),
  'exports.resume': of<null>().with(job),
  /** A table or report that is cancelled leaves nothing; overlays that are drawn stay. */
  'exports.cancel': of<null>().with(job),
} as const
