/** The sample part of the contract: lists, rows and maps of a run, and questions about one sample. */
import { z } from 'zod'
import { of } from './call'
import { filterSchema, idSchema, idsSchema, indexSchema } from './limits'
import { methodSchema, methodSettingsSchema, methodsSchema, readoutSchema, targetSchema } from './run-request'
import type {
  AttentionRow,
  Facets,
  LayerMaps,
  Likeness,
  MapBatch,
  SampleDetail,
  SampleExplanation,
  SampleIds,
  SampleRow,
} from './sample'
import { sortSchema } from './sort'

export const sampleQuerySchema = z.object({
  runId: idSchema,
  filter: filterSchema,
  sort: sortSchema,
  descending: z.boolean(),
})

export const sampleCalls = {
  'samples.query': of<SampleIds>().with(sampleQuerySchema),
  'samples.rows': of<SampleRow[]>().with(z.object({ runId: idSchema, ids: idsSchema })),
  'samples.facets': of<Facets>().with(z.object({ runId: idSchema, filter: filterSchema })),
  /** Quantities of maps that a run has values of, as filters and orders write them: `iou(gmar_l1)`. */
  'samples.quantities': of<string[]>().with(z.object({ runId: idSchema })),
  'samples.maps': of<MapBatch>().with(z.object({ runId: idSchema, ids: idsSchema, method: methodSchema })),
  'sample.detail': of<SampleDetail>().with(z.object({ runId: idSchema, id: idSchema })),
  /** How the pixels of a sample differ from those of PIL's convert('RGB'), in sentences. */
  'sample.notes': of<string[]>().with(z.object({ runId: idSchema, id: idSchema })),
  /** Explains one sample for any class with any methods, on demand, also while a run computes. */
  'sample.explain': of<SampleExplanation>().with(
    z.object({
      runId: idSchema,
      id: idSchema,
      target: targetSchema,
      methods: methodsSchema,
      settings: methodSettingsSchema.optional(),
    }),
  ),
  /** Why a sample is like another one, or like the mean of the other samples of a filter. */
  'sample.likeness': of<Likeness>().with(
    z.object({
      runId: idSchema,
      id: idSchema,
      to: z.union([z.object({ id: idSchema }), z.object({ filter: filterSchema })]),
      readout: readoutSchema.nullish(),
      methods: methodsSchema.min(1),
      settings: methodSettingsSchema.optional(),
    }),
  ),
  /** Attention of one head on demand: from the read-out rows, or from one patch (row-major index in the grid). */
  'sample.attention': of<AttentionRow>().with(
    z.object({ runId: idSchema, id: idSchema, layer: indexSchema, head: indexSchema, patch: indexSchema.nullish() }),
  ),
  /** A method's map after each layer, on demand: what a slider through the rollout shows. */
  'sample.layers': of<LayerMaps>().with(
    z.object({
      runId: idSchema,
      id: idSchema,
      target: targetSchema,
      method: methodSchema,
      settings: methodSettingsSchema.optional(),
    }),
  ),
} as const
