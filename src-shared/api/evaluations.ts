/** The part of the contract that evaluates maps and switches off heads (docs/EVALUATION.md). */
import { METHOD_IDS } from '@headlight/explain/methods'
import { z } from 'zod'
import type { ErrorCode } from '../errors'
import { HEAD_FILLS } from '../evaluation/ablation-summary'
import type { HeadEvaluation } from '../evaluation/head-evaluation'
import type { MapEvaluation } from '../evaluation/map-evaluation'
import { FILLS, METRIC_GROUPS } from '../evaluation/metrics'
import { of } from './call'
import { filterSchema, idSchema, indexSchema } from './limits'

/** Images that heads are switched off for by hand in one call, and heads that are at once. */
export const BY_HAND = { images: 64, heads: 4096 } as const

const chosen = { filter: filterSchema, limit: idSchema.min(1).nullable() }
/** In the order of tables, each once, so that the same choice is the same evaluation however it was made. */
const inOrder = <const Value extends string>(values: readonly Value[]) =>
  z
    .array(z.enum(values as [Value, ...Value[]]))
    .min(1)
    .max(values.length)
    .transform((given) => values.filter((value) => given.includes(value)))

export const evaluationRequestSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('maps'),
    metrics: inOrder(METRIC_GROUPS),
    methods: inOrder(METHOD_IDS),
    fill: z.enum([...FILLS, 'both']),
    /** Of the curves under the mean fill. */
    steps: z.number().int().min(1).max(1000),
    ...chosen,
  }),
  z.object({ what: z.literal('heads'), kind: z.enum(HEAD_FILLS), withPruning: z.boolean(), ...chosen }),
])
export type EvaluationRequest = z.output<typeof evaluationRequestSchema>
export type MapsRequest = Extract<EvaluationRequest, { what: 'maps' }>
export type HeadsRequest = Extract<EvaluationRequest, { what: 'heads' }>

export type EvaluationState = 'queued' | 'running' | 'paused' | 'finished' | 'failed'

/** An evaluation that was asked for: kept with the project until it is removed. */
export interface EvaluationInfo {
  /** Stays the same while the project has it. */
  id: number
  runId: number
  request: EvaluationRequest
  /** Chosen when it was begun. */
  samples: number
  state: EvaluationState
  /** What is being done, in words; null where nothing is. */
  phase: string | null
  done: number
  total: number
  secondsLeft: number | null
  /** Images that could not be read, and count nowhere. */
  unreadable: number
  error: { code: ErrorCode; message: string } | null
}

/** What an evaluation will take. */
export interface EvaluationEstimate {
  samples: number
  /** Samples of which everything is kept already; they take no time. */
  known: number
  /** Forward passes of one image; further ones with gradients are told apart in `passesNote`. */
  passes: number
  passesNote: string | null
  /** By passes timed now; null where time was not asked for. */
  seconds: number | null
  secondsSource: string | null
}

/** The unchanged model and the one without some heads, for one image. */
export interface WithoutHeads {
  id: number
  /** Both predictions: class, its logit is left out, and p of it before and after. */
  before: { prediction: number; probability: number; probabilityAfter: number }
  after: { prediction: number; probability: number; probabilityBefore: number }
  /** Logit of the class predicted before, less what it is without the heads. */
  logitLost: number
}

export interface WithoutHeadsAnswer {
  images: WithoutHeads[]
  /** Of the images asked for. */
  unreadable: number
}

/** A sample and what one head does for it: changes when it is switched off. */
export interface HeadSample {
  id: number
  /** Logit of the predicted class, less what it is without the head. */
  logitLost: number
  probability: number
  probabilityAfter: number
  prediction: number
  predictionAfter: number
}

const one = z.object({ runId: idSchema, id: idSchema })
const asked = z.object({ runId: idSchema, request: evaluationRequestSchema })
const headSchema = z.object({ layer: indexSchema, head: indexSchema })

export const evaluationCalls = {
  /** Refuses what an evaluation of this kind would refuse, by name. With `measure` some passes are timed. */
  'evaluations.estimate': of<EvaluationEstimate>().with(asked.extend({ measure: z.boolean() })),
  /** Computes at once, or after the one that computes. The same request goes on with what is kept. */
  'evaluations.start': of<EvaluationInfo>().with(asked),
  /** Of a run, the newest first. */
  'evaluations.list': of<EvaluationInfo[]>().with(z.object({ runId: idSchema })),
  /** Keeps what was measured; `resume` goes on from there. */
  'evaluations.pause': of<null>().with(one),
  'evaluations.resume': of<EvaluationInfo>().with(one),
  /** Stops it and takes it off the list. What was measured of images is kept, and is there when it is asked for again. */
  'evaluations.remove': of<null>().with(one),
  /** Throws 'usage' where it is not finished. */
  'evaluations.maps': of<MapEvaluation>().with(one),
  /** Over those of its samples that match the filter. Throws 'usage' where it is not finished. */
  'evaluations.heads': of<HeadEvaluation>().with(one.extend({ filter: filterSchema })),
  /** Samples of an evaluation of heads that a head's absence changes most. */
  'evaluations.headSamples': of<HeadSample[]>().with(
    one.extend({ filter: filterSchema, ...headSchema.shape, count: z.number().int().min(1).max(48) }),
  ),
  /** Several heads switched off at once, computed now: of one image, or of the first images of every label of a filter. */
  'evaluations.withoutHeads': of<WithoutHeadsAnswer>().with(
    z.object({
      runId: idSchema,
      heads: z.array(headSchema).min(1).max(BY_HAND.heads),
      kind: z.enum(['zero', 'uniform']),
      images: z.union([
        z.object({ id: idSchema }),
        z.object({ filter: filterSchema, limit: z.number().int().min(1).max(BY_HAND.images) }),
      ]),
    }),
  ),
} as const
