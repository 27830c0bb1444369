/** The statistics part of the contract. */
import { z } from 'zod'
import { of } from './call'
import { HEAD_GROUPINGS, HEAD_NUMBERS } from './head-groupings'
import { filterSchema, idSchema, indexSchema } from './limits'
import type {
  Confusion,
  HeadAttention,
  HeadDifference,
  HeadStatistics,
  LocalisationDifference,
  LocalisationScore,
} from './statistics'

export const statisticsCalls = {
  'stats.heads': of<HeadStatistics>().with(
    z.object({ runId: idSchema, by: z.enum(HEAD_GROUPINGS), filter: filterSchema, norm: z.enum(HEAD_NUMBERS) }),
  ),
  'stats.difference': of<HeadDifference>().with(
    z.object({
      runId: idSchema,
      filterA: filterSchema,
      filterB: filterSchema,
      norm: z.enum(HEAD_NUMBERS),
      /** Compares samples of the same label only. */
      stratified: z.boolean().optional(),
    }),
  ),
  /** What a head attends to from the read-out rows, on average, by label and correctness. */
  'stats.attention': of<HeadAttention>().with(z.object({ runId: idSchema, layer: indexSchema, head: indexSchema })),
  'stats.confusion': of<Confusion>().with(z.object({ runId: idSchema, filter: filterSchema })),
  'stats.localisation': of<LocalisationScore[]>().with(z.object({ runId: idSchema, filter: filterSchema })),
  'stats.localisationDifference': of<LocalisationDifference[]>().with(
    z.object({ runId: idSchema, filterA: filterSchema, filterB: filterSchema, stratified: z.boolean() }),
  ),
} as const
